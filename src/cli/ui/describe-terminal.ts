import type { Environment } from '../../tools/process/index.ts';

export interface Terminal {
  /** A person watches: spinners and questions make sense. */
  interactive: boolean;
  colour: boolean;
  githubActions: boolean;
}

/** What the environment says about stderr. stdin is looked at only if it matters: to open it takes time. See https://no-color.org and https://force-color.org. */
export function describeTerminal(
  env: Environment,
  stderr: { isTTY?: boolean },
  input: { readonly stdin: { isTTY?: boolean } },
): Terminal {
  const ci = isSet(env.CI) && env.CI !== 'false';
  const dumb = env.TERM === 'dumb';
  const forced = isSet(env.FORCE_COLOR) && env.FORCE_COLOR !== '0';
  const tty = stderr.isTTY === true;
  return {
    interactive: tty && !ci && !dumb && input.stdin.isTTY === true,
    colour: forced || (tty && !ci && !dumb && !isSet(env.NO_COLOR) && env.FORCE_COLOR !== '0'),
    githubActions: env.GITHUB_ACTIONS === 'true',
  };
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}
