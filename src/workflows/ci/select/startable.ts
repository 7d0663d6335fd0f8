/** Which job types an event starts, and the words for those it does not. Source: the hosted service's matrix of jobs and events. */
import type { JobTrigger, JobType } from '../../../project/config/index.ts';
import type { CiEvent, CommandName, EventMessage } from '../event/index.ts';

/** Jobs that a command starts. */
const BY_COMMAND: Readonly<Partial<Record<CommandName, JobType>>> = {
  build: 'copr_build',
  'rebuild-failed': 'copr_build',
  test: 'tests',
  'retest-failed': 'tests',
  'upstream-koji-build': 'upstream_koji_build',
  'vm-image-build': 'vm_image_build',
  'propose-downstream': 'propose_downstream',
  'pull-from-upstream': 'pull_from_upstream',
  'koji-build': 'koji_build',
  // What is tagged is the package of a build that waits in a side tag.
  'koji-tag': 'koji_build',
  'create-update': 'bodhi_update',
};

const COMMAND_OF: Readonly<Partial<Record<JobType, CommandName>>> = {
  copr_build: 'build',
  tests: 'test',
  upstream_koji_build: 'upstream-koji-build',
  vm_image_build: 'vm-image-build',
  propose_downstream: 'propose-downstream',
};

/** Jobs of an upstream project that a forge's event starts by itself. */
const UPSTREAM: Readonly<Record<'pull_request' | 'commit' | 'release', readonly JobType[]>> = {
  pull_request: ['copr_build', 'tests', 'upstream_koji_build'],
  commit: ['copr_build', 'tests', 'upstream_koji_build'],
  release: ['copr_build', 'tests', 'upstream_koji_build', 'propose_downstream'],
};

/** Jobs of dist-git that a message starts. */
const BY_MESSAGE: Readonly<Record<EventMessage['of'], readonly JobType[]>> = {
  'koji-build': ['bodhi_update'],
  'koji-tag': ['koji_build', 'bodhi_update'],
  'new-release': ['pull_from_upstream'],
};

const MESSAGE_WORDS: Readonly<Record<EventMessage['of'], string>> = {
  'koji-build': 'a build in Koji that is done',
  'koji-tag': 'a build that came into a side tag',
  'new-release': 'a release that release monitoring announced',
};

const EVENT_WORDS: Readonly<Record<JobTrigger, string>> = {
  pull_request: 'a pull request',
  commit: 'a push',
  release: 'a release',
  koji_build: 'a build in Koji',
  ignore: 'nothing',
};

/** Triggers that jobs of dist-git have though they are started from a pull request or an issue there. */
const DIST_GIT_COMMANDS: readonly JobType[] = [
  'koji_build',
  'koji_build_tag',
  'bodhi_update',
  'pull_from_upstream',
];

export function jobOfCommand(name: CommandName): JobType | undefined {
  return BY_COMMAND[name];
}

/**
 * Why an event cannot start a job of this type and trigger, or undefined if it can.
 * @param inDistGit the event's project is the package's dist-git repository
 */
export function whyNotStarted(
  job: JobType,
  trigger: JobTrigger,
  event: CiEvent,
  inDistGit: boolean,
): string | undefined {
  if (trigger === 'ignore') return 'its trigger is "ignore"';
  if (event.message !== undefined) return whyNotAnnounced(job, trigger, event.message, inDistGit);
  if (event.comment !== undefined) return whyNotCommanded(job, trigger, event, inDistGit);
  if (event.trigger === undefined) return 'the event has no kind of job to start';
  if (job === 'pull_from_upstream')
    return 'it starts when release monitoring announces a release, not by an event of a forge';
  if (job === 'koji_build_tag' || trigger === 'koji_build')
    return 'it starts when a build in Koji is tagged or done, not by an event of a forge';
  if (trigger !== event.trigger) {
    return `it is for ${EVENT_WORDS[trigger]}; this is ${EVENT_WORDS[event.trigger]}`;
  }
  if (job === 'vm_image_build') return 'it only starts by a comment: /packit vm-image-build';
  if (job === 'bodhi_update') return 'it starts when a build in Koji is done, not by an event of a forge';
  const downstream = job === 'koji_build' || job === 'sync_from_downstream';
  if (downstream)
    return inDistGit ? undefined : 'it starts by a push to dist-git; this is another repository';
  if (inDistGit) return 'it starts in the upstream repository; this is dist-git';
  return UPSTREAM[event.trigger].includes(job)
    ? undefined
    : `${EVENT_WORDS[event.trigger]} does not start it`;
}

function whyNotAnnounced(
  job: JobType,
  trigger: JobTrigger,
  message: EventMessage,
  inDistGit: boolean,
): string | undefined {
  const happened = MESSAGE_WORDS[message.of];
  if (!BY_MESSAGE[message.of].includes(job)) return `${happened} does not start it`;
  if (message.of === 'koji-tag' && trigger !== 'koji_build') return `it is for ${EVENT_WORDS[trigger]}`;
  if (message.of === 'new-release' && trigger !== 'release') return `it is for ${EVENT_WORDS[trigger]}`;
  if (message.of === 'koji-build' && trigger !== 'koji_build' && trigger !== 'commit')
    return `it is for ${EVENT_WORDS[trigger]}; this is ${happened}`;
  return inDistGit ? undefined : 'the message is about another package';
}

function whyNotCommanded(
  job: JobType,
  trigger: JobTrigger,
  { comment, trigger: kind }: CiEvent,
  inDistGit: boolean,
): string | undefined {
  if (comment === undefined) return undefined;
  const { name } = comment.command;
  const wanted = BY_COMMAND[name];
  if (wanted !== job) {
    const own = COMMAND_OF[job];
    return `the comment says ${name}${own === undefined ? '' : `; this job starts with ${own}`}`;
  }
  if (DIST_GIT_COMMANDS.includes(job)) {
    return inDistGit || comment.on === 'issue'
      ? undefined
      : 'it starts by a comment in dist-git; this is another repository';
  }
  if (job === 'propose_downstream') {
    return comment.on === 'issue' || kind === 'release'
      ? undefined
      : 'it starts by a comment on an issue or a release';
  }
  if (kind === undefined) return `${name} is for comments on pull requests and commits`;
  return trigger === kind
    ? undefined
    : `it is for ${EVENT_WORDS[trigger]}; the comment is on ${EVENT_WORDS[kind]}`;
}
