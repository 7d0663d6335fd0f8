/** The composite action actions/packit, its step run as GitHub's runner runs it: the inputs' defaults, its variables, files and shell. */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { testEnvironment } from '../git.ts';
import { execute } from '../packaged.ts';
import type { Ran } from '../packaged.ts';

const ROOT = resolve(import.meta.dirname, '..', '..', '..');

interface ActionStep {
  id: string;
  run: string;
  shell: string;
  env: Record<string, string>;
}

export interface Action {
  inputs: Record<string, { default: string }>;
  outputs: Record<string, { value: string }>;
  runs: { using: string; steps: ActionStep[] };
}

/** The action, and its one step. */
export function readAction(): { action: Action; step: ActionStep } {
  const action = parse(readFileSync(join(ROOT, 'actions', 'packit', 'action.yml'), 'utf8')) as Action;
  const [step, ...more] = action.runs.steps;
  if (step === undefined || more.length > 0) throw new Error('the action has not one step');
  return { action, step };
}

export interface ActionRun extends Ran {
  /** What a step that follows is given. */
  outputs: Record<string, string>;
  /** What stands on the page of the run. */
  summary: string;
}

/**
 * Runs the step in a workspace, with a runner's directories in it.
 * @param changes variables in place of the runner's; an empty one is unset
 */
export async function runActionIn(
  workspace: string,
  inputs: Readonly<Record<string, string>>,
  changes: Readonly<Record<string, string>>,
): Promise<ActionRun> {
  const { action, step } = readAction();
  const runner = join(workspace, 'runner');
  const temp = join(runner, 'temp');
  mkdirSync(temp, { recursive: true });
  // Files of their own for each step.
  const [script, output, summary] = ['script.sh', 'output', 'summary'].map((name) => join(runner, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(script, step.run);
  for (const file of [output, summary]) writeFileSync(file, '');
  const env: Record<string, string> = {
    ...testEnvironment(workspace),
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: workspace,
    GITHUB_ACTION_PATH: join(ROOT, 'actions', 'packit'),
    GITHUB_OUTPUT: output,
    GITHUB_STEP_SUMMARY: summary,
    RUNNER_TEMP: temp,
  };
  const given: Record<string, string> = { 'github-token': 'hush', ...inputs };
  for (const [variable, expression] of Object.entries(step.env)) {
    const name = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(expression)?.[1] ?? '';
    env[variable] = given[name] ?? action.inputs[name]?.default ?? 'no such input';
  }
  for (const [name, value] of Object.entries(changes)) {
    if (value === '') delete env[name];
    else env[name] = value;
  }
  const shell = ['bash', '--noprofile', '--norc', '-eo', 'pipefail', script] as const;
  const ran = await execute(shell, { cwd: workspace, env });
  const left = readdirSync(temp);
  if (left.length > 0) throw new Error(`the action left ${left.join(', ')}`);
  return {
    ...ran,
    outputs: readOutputs(readFileSync(output, 'utf8')),
    summary: readFileSync(summary, 'utf8'),
  };
}

/** GITHUB_OUTPUT as the runner reads it. */
function readOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = text.split('\n');
  while (lines.length > 1) {
    const line = lines.shift() ?? '';
    const block = /^([\w-]+)<<(.+)$/.exec(line);
    if (block === null) {
      const [name = '', value = ''] = line.split('=');
      outputs[name] = value;
      continue;
    }
    const end = lines.indexOf(block[2] ?? '');
    outputs[block[1] ?? ''] = lines
      .splice(0, end + 1)
      .slice(0, -1)
      .join('\n');
  }
  return outputs;
}
