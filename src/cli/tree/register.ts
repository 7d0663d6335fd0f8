/** What a file of this folder is: a function that adds its commands to the program. */
import type { Command as Commander } from 'commander';
import type { Command } from '../command.ts';

/** Gives a commander command its lazily imported action. */
export type Attach = <Options>(command: Commander, load: () => Promise<Command<Options>>) => void;

/** Adds a command (or a group of them) to the program. */
export type Register = (program: Commander, attach: Attach) => void;
