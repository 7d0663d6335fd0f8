import type { Environment } from '../../tools/process/index.ts';
import type { Ui } from '../../ui.ts';
import { describeTerminal } from './describe-terminal.ts';
import { createLineUi } from './lines.ts';

export interface UiChoice {
  env: Environment;
  stderr: NodeJS.WriteStream;
  stdin: NodeJS.ReadStream;
  debug: boolean;
  quiet: boolean;
  strict: boolean;
}

/** The user interface that fits: spinners for a person, plain lines for everything else. */
export async function createUi(choice: UiChoice): Promise<Ui> {
  const { env, stderr, debug, quiet, strict } = choice;
  const terminal = describeTerminal(env, stderr, choice);
  if (terminal.interactive && !quiet) {
    const { createTerminalUi } = await import('./terminal.ts');
    return createTerminalUi({ ...choice, terminal });
  }
  return createLineUi({ stderr, terminal, debug, quiet, strict });
}
