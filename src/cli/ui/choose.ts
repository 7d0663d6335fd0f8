import type { Environment } from '../../tools/process/index.ts';
import type { Ui } from '../../ui.ts';
import { createLineUi } from './lines.ts';

export interface UiChoice {
  env: Environment;
  stderr: NodeJS.WriteStream;
  stdin: NodeJS.ReadStream;
  debug: boolean;
  quiet: boolean;
  strict: boolean;
}

export interface Terminal {
  /** A person watches: spinners and questions make sense. */
  interactive: boolean;
  colour: boolean;
  githubActions: boolean;
}

/** What the environment says about stderr. See https://no-color.org and https://force-color.org. */
export function describeTerminal(
  env: Environment,
  stderr: { isTTY?: boolean },
  stdin: { isTTY?: boolean },
): Terminal {
  const ci = isSet(env.CI) && env.CI !== 'false';
  const dumb = env.TERM === 'dumb';
  const forced = isSet(env.FORCE_COLOR) && env.FORCE_COLOR !== '0';
  const tty = stderr.isTTY === true;
  return {
    interactive: tty && stdin.isTTY === true && !ci && !dumb,
    colour: forced || (tty && !dumb && !isSet(env.NO_COLOR) && env.FORCE_COLOR !== '0'),
    githubActions: env.GITHUB_ACTIONS === 'true',
  };
}

/** The user interface that fits: spinners for a person, plain lines for everything else. */
export async function createUi(choice: UiChoice): Promise<Ui> {
  const terminal = describeTerminal(choice.env, choice.stderr, choice.stdin);
  if (terminal.interactive && !choice.quiet) {
    const { createTerminalUi } = await import('./terminal.ts');
    return createTerminalUi({ ...choice, terminal });
  }
  return createLineUi({ ...choice, terminal });
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}
