import { COMPLETION_SCRIPTS } from '../completion/scripts.ts';
import { SHELLS } from '../completion/shells.ts';
import type { Command } from '../command.ts';

export const completionCommand: Command = ({ args }) => {
  // commander has seen to it that it is one of them.
  const shell = SHELLS.find((known) => known === args[0]) ?? 'bash';
  const script = COMPLETION_SCRIPTS[shell];
  return Promise.resolve({ text: script, json: { shell, script } });
};
