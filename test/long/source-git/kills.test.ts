import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, jest, test } from '@jest/globals';
import { createDistGitPackage } from '../../support/dist-git-package.ts';
import { countPrograms, endAtProgram } from '../../support/end-at.ts';
import { snapshot } from '../../support/snapshot.ts';
import { createPair } from '../../support/source-git-pair.ts';
import { testEnvironment } from '../../support/git.ts';
import { tempDir } from '../../support/temp.ts';

jest.setTimeout(600_000);

interface Scene {
  args: string[];
  /** Both below the directory of the scene. */
  repositories: string[];
}

function updateScene(home: string): Scene {
  const pair = createPair(home);
  pair.dist.write('hello.conf', 'one\n');
  pair.dist.commit('One');
  pair.dist.write('tests/two', 'two\n');
  pair.dist.commit('Two');
  return { args: ['source-git', 'update-source-git', 'hello', 'source'], repositories: ['source', 'hello'] };
}

function initScene(home: string): Scene {
  createDistGitPackage(home);
  return { args: ['source-git', 'init', 'v1.0', 'upstream', 'hello'], repositories: ['upstream', 'hello'] };
}

/** Files, index, refs; unreachable objects, and the times git keeps in its index, do not count. */
function stateOf(home: string, { repositories }: Scene, withTimes: boolean): string {
  const states = repositories.map((name) => {
    const entries = Object.entries(
      snapshot(join(home, name), (path) => path.startsWith('.git/objects/') || path.startsWith('.git/logs')),
    );
    if (withTimes) return entries;
    return entries
      .filter(([path]) => !/^\.git\/(?:index|ORIG_HEAD|refs|.*\.lock$)/.test(path))
      .map(([path, state]) => [path, state.replace(/^(file \d+) \d+ /, '$1 ')]);
  });
  return JSON.stringify(states);
}

describe.each([
  { name: 'update-source-git', makeScene: updateScene, stride: 3 },
  { name: 'init', makeScene: initScene, stride: 8 },
])('packit source-git $name ended as it starts a program', ({ makeScene, stride }) => {
  // The last steps, in which the repositories change, are all tried.
  test.each<[NodeJS.Signals, number]>([
    ['SIGKILL', 1],
    ['SIGTERM', 2],
  ])('%s: all or nothing, and the next run does it', async (signal, first) => {
    const base = tempDir();
    const original = join(base, 'original');
    const scene = makeScene(original);
    const scratch = join(base, 'scratch');
    mkdirSync(scratch);
    const env = { ...testEnvironment(base), TMPDIR: scratch };
    const copy = (name: string): string => {
      const home = join(base, name);
      cpSync(original, home, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
      return home;
    };
    const whole = copy('whole');
    const { exitCode, stderr } = await endAtProgram(scene.args, { cwd: whole, env }, { step: 0, signal });
    expect(exitCode).toBe(0);
    const done = stateOf(whole, scene, false);
    const steps = countPrograms(stderr);
    expect(steps).toBeGreaterThan(10);
    for (let step = first; step <= steps; step += step < steps - 3 ? stride : 1) {
      const home = copy(`step-${step}`);
      const before = stateOf(home, scene, true);
      const ended = await endAtProgram(scene.args, { cwd: home, env }, { step, signal });
      // The last program goes on by itself.
      await delay(ended.signal === 'SIGKILL' ? 300 : 0);
      const after = stateOf(home, scene, true);
      if (after !== before)
        expect({ step, state: stateOf(home, scene, false) }).toEqual({ step, state: done });
      const next = await endAtProgram(scene.args, { cwd: home, env }, { step: 0, signal });
      if (after === before) expect({ step, exitCode: next.exitCode }).toEqual({ step, exitCode: 0 });
      expect({ step, state: stateOf(home, scene, false) }).toEqual({ step, state: done });
    }
    // What is left behind goes with the next run that has something to do.
    await endAtProgram(scene.args, { cwd: copy('last'), env }, { step: 0, signal });
    expect(readdirSync(scratch)).toEqual([]);
  });
});
