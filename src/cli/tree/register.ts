/** What a file of this folder is: a function that adds its commands to the program. */
import type { Command as Commander } from 'commander';
import type { Command } from '../command.ts';

export interface AttachOptions {
  /** It takes as long as it wants to end after a signal; a second one ends it at once. Others have a few seconds. */
  stopsItself?: boolean;
  /** The command reads the user configuration itself, and says what is wrong with it: options have no defaults from there. */
  readsUserConfig?: boolean;
}

/** Gives a commander command its lazily imported action. */
export type Attach = <Options>(
  command: Commander,
  load: () => Promise<Command<Options>>,
  options?: AttachOptions,
) => void;

/** Adds a command (or a group of them) to the program. */
export type Register = (program: Commander, attach: Attach) => void;
