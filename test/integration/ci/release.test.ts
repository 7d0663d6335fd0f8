/** What publishes packit: the workflow of a release, and the check of its tag. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { problemsOf } from '../../../scripts/check-release.mjs';
import { loadConfig } from '../../../src/project/config/index.ts';
import { image } from '../../../src/workflows/ci/init/pins.ts';
import type { Job, Workflow } from '../../support/ci/workflow-files.ts';

const ROOT = resolve(import.meta.dirname, '..', '..', '..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const { version } = JSON.parse(read('package.json')) as { version: string };

describe('the workflow of a release', () => {
  const text = read('.github/workflows/release.yml');
  const workflow = parse(text) as Workflow & {
    jobs: Record<string, Job & { needs?: string; environment?: string }>;
  };

  test('starts by a tag, and publishes nothing before the tests have passed', () => {
    expect(workflow.on).toEqual({ push: { tags: ['v*'] } });
    expect(Object.keys(workflow.jobs)).toEqual(['check', 'npm', 'rpm', 'image']);
    expect(JSON.stringify(workflow.jobs.check)).not.toContain('secrets.');
    for (const [name, { needs, environment }] of Object.entries(workflow.jobs)) {
      if (name === 'check') continue;
      expect({ needs, environment }).toEqual({ needs: 'check', environment: 'release' });
    }
  });

  test('gives each job the rights that it uses', () => {
    expect(workflow.permissions).toEqual({});
    const rights = Object.fromEntries(
      Object.entries(workflow.jobs).map(([name, job]) => [name, job.permissions]),
    );
    expect(rights).toEqual({
      check: { contents: 'read' },
      npm: { contents: 'read', 'id-token': 'write' },
      rpm: { contents: 'read' },
      image: { attestations: 'write', contents: 'read', 'id-token': 'write', packages: 'write' },
    });
  });

  test('names actions by commit, and puts no expression into a script', () => {
    const lines = text.split('\n').filter((line) => line.includes('uses: '));
    expect(lines.length).toBeGreaterThan(8);
    for (const line of lines) expect(line).toMatch(/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    for (const { steps } of Object.values(workflow.jobs)) {
      for (const { uses, run, with: given } of steps) {
        expect(run ?? '').not.toContain('${{');
        if (uses?.startsWith('actions/checkout@') === true)
          expect(given).toMatchObject({ 'persist-credentials': false });
      }
    }
  });

  test("says where things come from, and builds RPMs by this repository's own configuration", async () => {
    expect(text).toContain('npm publish --provenance');
    expect(text).toContain('push-to-registry: true');
    expect(text).toContain(`${image('')}\${{ steps.tags.outputs.version }}`);
    const { jobs } = await loadConfig({ root: ROOT, env: {} });
    expect(
      jobs.find(({ job, trigger }) => job === 'copr_build' && trigger === 'release')?.packages[0],
    ).toMatchObject({
      owner: '@packit',
      project: 'packit-cli-releases',
    });
  });
});

describe('the check of a tag', () => {
  const released = (file: string): string =>
    file === 'CHANGELOG.md'
      ? read(file).replace('## [Unreleased]', `## [${version}] - 2026-12-01`)
      : read(file);

  test('finds every place that says another version', () => {
    expect(problemsOf(`v${version}`, released)).toEqual([]);
    expect(problemsOf('v99.0.0', released).length).toBeGreaterThan(8);
    expect(problemsOf('1.2', released)).toEqual(['1.2 is no tag of a release: v1.2.3']);
    expect(problemsOf('v1.2.3; id', released)).toHaveLength(1);
  });

  test('ends the job', () => {
    const run = (): unknown =>
      execFileSync(process.execPath, ['scripts/check-release.mjs', 'v99.0.0'], { cwd: ROOT, stdio: 'pipe' });
    expect(run).toThrow(/package\.json does not hold "version": "99\.0\.0"/);
  });
});
