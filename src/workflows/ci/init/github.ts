/**
 * Workflows of GitHub Actions. Secrets and pull requests of strangers never meet: a fork's pull request runs a workflow without
 * rights that says which one it is, and a second one, always the default branch's, asks GitHub about it.
 */
import { actionsJob } from './actions-job.ts';
import type { ActionsJob } from './actions-job.ts';
import {
  COMMENT,
  COMMENT_ON_ISSUE,
  COMMENT_ON_PULL_REQUEST,
  GROUP,
  RELEASE,
  allOf,
  anyOf,
} from './conditions.ts';
import type { CiFile } from './files.ts';
import type { Needs } from './needs.ts';
import { ACTIONS } from './pins.ts';
import { expression, heading, indented } from './shell.ts';

const RUNNER = 'ubuntu-24.04';
/** GitHub ends a job after six hours; packit says before what is left and how it goes on. */
const RUN = { command: 'ci run --deadline 5h', timeoutMinutes: 330, runsOn: RUNNER } as const;
const STATUSES = { contents: 'read', 'pull-requests': 'write', statuses: 'write' } as const;
/** Its runs get no secrets, though its branches are in the repository. */
const NOT_DEPENDABOT = "github.actor != 'dependabot[bot]'";
const OWN_PULL_REQUEST = [
  "github.event_name == 'pull_request'",
  'github.event.pull_request.head.repo.full_name == github.repository',
  NOT_DEPENDABOT,
];
const FORK_WORKFLOW = 'Packit, pull request of a fork';

export function githubFiles(needs: Needs, version: string): CiFile[] {
  return [
    { path: '.github/workflows/packit.yml', content: main(needs, version) },
    { path: '.github/workflows/packit-fork.yml', content: fork(version) },
    { path: '.github/workflows/packit-fork-run.yml', content: forkRun(needs, version) },
    { path: '.github/workflows/packit-sweep.yml', content: sweep(needs, version) },
  ];
}

function main(needs: Needs, version: string): string {
  const about = [
    'The jobs of the Packit configuration for pushes, releases, comments and pull requests of branches of this repository.',
    'Nothing of a pull request is checked out or run here: packit reads the configuration through GitHub, Copr makes the',
    'source RPM, Testing Farm runs the tests. Who may start what, packit judges.',
  ];
  const shared = {
    ...RUN,
    token: TOKEN,
    group: GROUP,
    cancel: expression("github.event_name == 'pull_request'"),
  };
  const run: ActionsJob = {
    ...shared,
    if: anyOf([
      allOf(OWN_PULL_REQUEST),
      allOf(["github.event_name == 'push'", NOT_DEPENDABOT]),
      ...(needs.distGit ? [COMMENT_ON_PULL_REQUEST] : [RELEASE, COMMENT]),
    ]),
    permissions: { ...STATUSES, issues: 'write' },
    inImage: needs.tools,
    distGit: false,
  };
  const release: ActionsJob = {
    ...shared,
    if: anyOf([RELEASE, COMMENT_ON_ISSUE]),
    permissions: { contents: 'read', issues: 'write', statuses: 'write' },
    inImage: true,
    distGit: true,
  };
  const jobs = [actionsJob('run', run, needs, version)];
  if (needs.distGit) jobs.push(actionsJob('release', release, needs, version));
  return `${heading(version, about)}
name: Packit

on:
  pull_request:
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

function fork(version: string): string {
  const about = [
    'Says which pull request of a fork has changed, and no more: this runs without secrets and without rights.',
    'packit-fork-run.yml does the work.',
  ];
  return `${heading(version, about)}
name: ${FORK_WORKFLOW}

on:
  pull_request:
    types: [opened, reopened, synchronize, labeled]

permissions: {}

jobs:
  note:
    name: note number and commit
    if: >-
      github.event.pull_request.head.repo.full_name != github.repository ||
      github.actor == 'dependabot[bot]'
    runs-on: ${RUNNER}
    timeout-minutes: 5
    permissions: {}
    concurrency:
      group: packit-fork-${expression('github.event.pull_request.number')}
      cancel-in-progress: true
    steps:
      - name: Note number and commit
        env:
          NUMBER: ${expression('github.event.pull_request.number')}
          SHA: ${expression('github.event.pull_request.head.sha')}
        run: |
          mkdir packit-pull-request
          printf '%s\\n' "$NUMBER" > packit-pull-request/number
          printf '%s\\n' "$SHA" > packit-pull-request/sha
      - uses: ${ACTIONS.uploadArtifact}
        with:
          name: packit-pull-request
          path: packit-pull-request/
          if-no-files-found: error
          retention-days: 1
`;
}

function forkRun(needs: Needs, version: string): string {
  const about = [
    "The jobs of the Packit configuration for pull requests of forks. This workflow is always the default branch's.",
    'What the first one left is believed in nothing but the number, and GitHub is asked whether the number, the commit and',
    'the fork belong together. Nothing of the pull request is checked out or run.',
  ];
  const job: ActionsJob = {
    ...RUN,
    token: TOKEN,
    if: [
      "github.event.workflow_run.event == 'pull_request' &&",
      "github.event.workflow_run.conclusion == 'success' &&",
      '(github.event.workflow_run.head_repository.full_name != github.repository ||',
      "github.event.workflow_run.actor.login == 'dependabot[bot]')",
    ].join('\n'),
    permissions: { actions: 'read', ...STATUSES },
    group: `packit-fork-run-${expression('github.event.workflow_run.head_repository.id')}-${expression('github.event.workflow_run.head_branch')}`,
    cancel: 'true',
    inImage: needs.tools,
    distGit: false,
    before: [DOWNLOAD, DERIVE],
    command:
      'ci run --event "$RUNNER_TEMP/event.json" --event-name pull_request --forge github --deadline 5h',
    condition: "steps.pull-request.outputs.found == 'true'",
  };
  return `${heading(version, about)}
name: Packit, run for a fork

on:
  workflow_run:
    workflows: ['${FORK_WORKFLOW}']
    types: [completed]

permissions: {}

jobs:
${actionsJob('run', job, needs, version)}`;
}

function sweep(needs: Needs, version: string): string {
  const about = [
    'Brings to an end what no other run has: builds that were still waiting when a job ended, statuses that stayed open.',
    'A workflow of its own, as GitHub switches off those with a schedule where nothing happens for 60 days.',
  ];
  const job: ActionsJob = {
    runsOn: RUNNER,
    command: 'ci sweep',
    timeoutMinutes: 30,
    token: TOKEN,
    // Forks have the file too, but neither the secrets nor anything to do.
    if: '!github.event.repository.fork',
    permissions: { ...STATUSES, issues: 'write' },
    group: 'packit-sweep',
    cancel: 'false',
    inImage: needs.tools,
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

const TOKEN = { GITHUB_TOKEN: expression('github.token') };

const DOWNLOAD = `- uses: ${ACTIONS.downloadArtifact}
  with:
    name: packit-pull-request
    path: packit-pull-request
    run-id: ${expression('github.event.workflow_run.id')}
    github-token: ${expression('github.token')}
`;

/** The event is made from GitHub's answer and from the payload of the run, which only GitHub writes. */
const DERIVE = `- name: The pull request, as GitHub knows it
  id: pull-request
  shell: bash
  env:
    TOKEN: ${expression('github.token')}
  run: |
${indented(
  `number=$(head -n 1 packit-pull-request/number | head -c 20)
if ! [[ $number =~ ^[1-9][0-9]{0,9}$ ]]; then
  echo '::error::The first workflow left no number of a pull request'
  exit 1
fi
printf 'header = "Authorization: Bearer %s"\\n' "$TOKEN" |
  curl --silent --show-error --fail --retry 3 --max-time 60 --config - --output "$RUNNER_TEMP/answer.json" \\
    "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/pulls/$number"
if jq --exit-status --slurpfile answer "$RUNNER_TEMP/answer.json" '
  .workflow_run as $run | $answer[0] as $pull
  | select($pull.state == "open" and $pull.head.sha == $run.head_sha
      and $pull.head.repo.id == $run.head_repository.id)
  | {action: "synchronize", number: $pull.number, pull_request: $pull,
     repository: $pull.base.repo, sender: $run.actor}
' "$GITHUB_EVENT_PATH" > "$RUNNER_TEMP/event.json"; then
  echo 'found=true' >> "$GITHUB_OUTPUT"
else
  echo "::notice::Pull request $number is closed or has newer commits; those have a run of their own"
fi
`,
  4,
)}`;
