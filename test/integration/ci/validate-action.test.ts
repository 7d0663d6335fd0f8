import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { tempDir } from '../../support/temp.ts';

const ROOT = resolve(import.meta.dirname, '..', '..', '..');

interface Action {
  inputs: Record<string, { default: string; description: string }>;
  runs: { using: string; steps: { run: string; shell: string; env: Record<string, string> }[] };
}

const action = parse(readFileSync(join(ROOT, 'actions', 'validate', 'action.yml'), 'utf8')) as Action;
const [step] = action.runs.steps;

/** Runs the step as the runner does, with programs that print their arguments instead of `npx` and `packit`. */
function run(inputs: Record<string, string>): string[] {
  const bin = tempDir();
  for (const name of ['npx', 'packit']) {
    writeFileSync(join(bin, name), '#!/bin/bash\nprintf "%s\\n" "${0##*/}" "$@"\n');
    chmodSync(join(bin, name), 0o755);
  }
  const env: Record<string, string> = { PATH: `${bin}:/usr/bin:/bin` };
  for (const [variable, expression] of Object.entries(step?.env ?? {})) {
    const name = /^\$\{\{ inputs\.(\w+) \}\}$/.exec(expression)?.[1] ?? '';
    env[variable] = inputs[name] ?? action.inputs[name]?.default ?? 'no such input';
  }
  const output = execFileSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step?.run ?? ''], {
    cwd: bin,
    env,
    encoding: 'utf8',
  });
  return output.trimEnd().split('\n');
}

describe('the GitHub Action', () => {
  test('is composite and puts no input into the script', () => {
    expect(action.runs.using).toBe('composite');
    expect(step?.shell).toBe('bash');
    expect(step?.run).not.toContain('${{');
  });

  test('gets packit from npm and validates the workspace', () => {
    expect(run({})).toEqual([
      'npx',
      '--yes',
      '--package',
      'packit-cli@latest',
      '--',
      'packit',
      'config',
      'validate',
      '.',
    ]);
  });

  test('takes its inputs, whatever is in them', () => {
    expect(
      run({ version: 'installed', path: 'a b', config: '$(x).yaml', offline: 'true', strict: 'true' }),
    ).toEqual(['packit', '--strict', '--config', '$(x).yaml', 'config', 'validate', '--offline', 'a b']);
  });
});

describe('the pre-commit hook', () => {
  test('runs packit config validate for every name of the configuration', () => {
    const [hook] = parse(readFileSync(join(ROOT, '.pre-commit-hooks.yaml'), 'utf8')) as Record<
      string,
      unknown
    >[];
    expect(hook).toMatchObject({
      id: 'validate-config',
      entry: 'packit config validate --offline',
      language: 'system',
      pass_filenames: false,
    });
    const files = new RegExp(String(hook?.files));
    for (const name of ['.packit.yaml', '.packit.yml', 'packit.yaml', 'packit.yml'])
      expect(name).toMatch(files);
    expect('docs/packit.yaml').not.toMatch(files);
  });
});
