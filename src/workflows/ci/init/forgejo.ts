/**
 * Workflows of Forgejo Actions. `pull_request_target` is always the target branch's workflow and has its secrets, also for forks: that
 * is safe because nothing of the pull request is checked out or run.
 */
import { actionsJob } from './actions-job.ts';
import type { ActionsJob } from './actions-job.ts';
import { COMMENT, COMMENT_ON_ISSUE, COMMENT_ON_PULL_REQUEST, GROUP, RELEASE, anyOf } from './conditions.ts';
import type { CiFile } from './files.ts';
import type { Needs } from './needs.ts';
import { expression, heading } from './shell.ts';

export function forgejoFiles(needs: Needs, version: string): CiFile[] {
  return [
    { path: '.forgejo/workflows/packit.yml', content: main(needs, version) },
    { path: '.forgejo/workflows/packit-sweep.yml', content: sweep(needs, version) },
  ];
}

const COMMON = {
  runsOn: 'docker',
  inImage: true,
  // The name of the forge's host says nothing about what it runs.
  token: {
    PACKIT_FORGEJO_TOKEN: expression('github.token'),
    PACKIT_FORGEJO_URL: expression('github.server_url'),
  },
  permissions: { contents: 'read', issues: 'write', 'pull-requests': 'write', statuses: 'write' },
} as const;

function main(needs: Needs, version: string): string {
  const about = [
    'The jobs of the Packit configuration for pushes, releases, comments and pull requests.',
    'Nothing of a pull request is checked out or run here: packit reads the configuration through the forge, Copr makes the',
    'source RPM, Testing Farm runs the tests. Who may start what, packit judges.',
  ];
  const shared = {
    ...COMMON,
    command: 'ci run --deadline 5h',
    timeoutMinutes: 330,
    group: GROUP,
    cancel: expression("github.event_name == 'pull_request_target'"),
  };
  const run: ActionsJob = {
    ...shared,
    if: anyOf([
      "github.event_name == 'pull_request_target'",
      "github.event_name == 'push'",
      ...(needs.distGit ? [COMMENT_ON_PULL_REQUEST] : [RELEASE, COMMENT]),
    ]),
    distGit: false,
  };
  const release: ActionsJob = {
    ...shared,
    if: anyOf([RELEASE, COMMENT_ON_ISSUE]),
    distGit: true,
  };
  const jobs = [actionsJob('run', run, needs, version)];
  if (needs.distGit) jobs.push(actionsJob('release', release, needs, version));
  return `${heading(version, about)}
name: Packit

on:
  pull_request_target:
    types: [opened, reopened, synchronize, labeled]
  push:
    branches: ['**']
  release:
    types: [published]
  issue_comment:
    types: [created]

permissions: {}

jobs:
${jobs.join('\n')}`;
}

function sweep(needs: Needs, version: string): string {
  const about = [
    'Brings to an end what no other run has: builds that were still waiting when a job ended, statuses that stayed open.',
  ];
  const job: ActionsJob = {
    ...COMMON,
    command: 'ci sweep',
    timeoutMinutes: 30,
    group: 'packit-sweep',
    cancel: 'false',
    distGit: false,
  };
  return `${heading(version, about)}
name: Packit, sweep

on:
  schedule:
    - cron: '7,37 * * * *'
  workflow_dispatch:

permissions: {}

jobs:
${actionsJob('sweep', job, needs, version)}`;
}
