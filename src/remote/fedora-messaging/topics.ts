/** Which messages of Fedora's bus are packit's business: a table of topics and conditions, as the hosted service's consumer has it. */
import type { FedoraMessage } from './message.ts';

export interface TopicOptions {
  /** Accounts whose builds and tasks are packit's: `packit` for the hosted service. */
  accounts: readonly string[];
}

/** What is done with a message, or in words why nothing. */
export type KeptMessage =
  | {
      kept: true /** Without host and environment: `copr.build.end`. */;
      name: string;
      forge?: 'pagure' | 'forgejo';
    }
  | { kept: false; reason: string };

type Condition =
  /** The field is the name of one of the accounts. */
  | { field: string; is: 'own account' }
  | { field: string; is: 'equal'; to: string | number | boolean }
  | { field: string; is: 'other than'; to: string }
  | { field: string; is: 'containing'; to: string }
  /** The field is a table, and one of its keys ends so. */
  | { field: string; is: 'table with key ending in'; to: string };

interface Rule {
  topic: string;
  forge?: 'pagure' | 'forgejo';
  /** All of them. */
  when: readonly Condition[];
}

/** Topics of `org.fedoraproject.prod.` and `org.release-monitoring.prod.`. Fields are paths into the body. */
const RULES: readonly Rule[] = [
  { topic: 'copr.build.start', when: [{ field: 'user', is: 'own account' }] },
  { topic: 'copr.build.end', when: [{ field: 'user', is: 'own account' }] },
  {
    topic: 'buildsys.build.state.change',
    when: [
      { field: 'task.method', is: 'equal', to: 'build' },
      // Mass rebuilds.
      { field: 'owner', is: 'other than', to: 'releng' },
    ],
  },
  { topic: 'buildsys.task.state.change', when: [{ field: 'owner', is: 'own account' }] },
  { topic: 'buildsys.tag', when: [{ field: 'tag', is: 'containing', to: '-side-' }] },
  {
    topic: 'pagure.git.receive',
    forge: 'pagure',
    when: [{ field: 'changed_files', is: 'table with key ending in', to: '.spec' }],
  },
  { topic: 'pagure.pull-request.new', forge: 'pagure', when: [] },
  { topic: 'pagure.pull-request.updated', forge: 'pagure', when: [] },
  { topic: 'pagure.pull-request.rebased', forge: 'pagure', when: [] },
  { topic: 'pagure.pull-request.comment.added', forge: 'pagure', when: [] },
  {
    topic: 'pagure.pull-request.closed',
    forge: 'pagure',
    when: [{ field: 'merged', is: 'equal', to: true }],
  },
  ...['added', 'updated'].map(
    (what): Rule => ({
      topic: `pagure.pull-request.flag.${what}`,
      forge: 'pagure',
      when: [{ field: 'pullrequest.user.name', is: 'own account' }],
    }),
  ),
  { topic: 'hotness.update.bug.file', when: [] },
  { topic: 'anitya.project.version.update.v2', when: [] },
  { topic: 'openscanhub.task.started', when: [] },
  { topic: 'openscanhub.task.finished', when: [] },
  // webhook-to-fedora-messaging passes on what Forgejo sends.
  ...['push', 'pull_request', 'issue_comment', 'release'].map(
    (event): Rule => ({ topic: `forgejo.${event}`, forge: 'forgejo', when: [] }),
  ),
];

const HOSTS = /^(?:[a-z-]+\.)?org\.(?:fedoraproject|release-monitoring|centos)\.(?:prod|stg|dev)\./;

/** `org.fedoraproject.prod.copr.build.end` is `copr.build.end`, with a prefix of the broker's (`public.`) as well. */
export function topicName(topic: string): string {
  return topic.replace(HOSTS, '');
}

export function keepMessage(
  { topic, body }: Pick<FedoraMessage, 'topic' | 'body'>,
  options: TopicOptions,
): KeptMessage {
  const name = topicName(topic);
  const rule = RULES.find((one) => one.topic === name);
  if (rule === undefined) return { kept: false, reason: 'no rule is for its topic' };
  const broken = rule.when.find((condition) => !holds(condition, body, options));
  if (broken !== undefined) return { kept: false, reason: sentenceOf(broken) };
  return { kept: true, name, ...(rule.forge === undefined ? {} : { forge: rule.forge }) };
}

function holds(condition: Condition, body: unknown, { accounts }: TopicOptions): boolean {
  const value = fieldAt(body, condition.field);
  switch (condition.is) {
    case 'own account':
      return typeof value === 'string' && accounts.includes(value);
    case 'equal':
      return value === condition.to;
    case 'other than':
      return value !== condition.to;
    case 'containing':
      return typeof value === 'string' && value.includes(condition.to);
    case 'table with key ending in':
      return (
        typeof value === 'object' &&
        value !== null &&
        Object.keys(value).some((key) => key.endsWith(condition.to))
      );
    default:
      return condition satisfies never;
  }
}

function sentenceOf(condition: Condition): string {
  switch (condition.is) {
    case 'own account':
      return `its ${condition.field} is none of the accounts`;
    case 'equal':
      return `its ${condition.field} is not ${condition.to}`;
    case 'containing':
      return `its ${condition.field} has no ${condition.to} in it`;
    case 'table with key ending in':
      return `its ${condition.field} names no ${condition.to}`;
    case 'other than':
      return `its ${condition.field} is ${condition.to}`;
    default:
      return condition satisfies never;
  }
}

function fieldAt(body: unknown, path: string): unknown {
  let here = body;
  for (const key of path.split('.')) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = (here as Record<string, unknown>)[key];
  }
  return here;
}
