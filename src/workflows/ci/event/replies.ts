/** What somebody is told who asked for help, or whose command cannot be read. */
import type { Thread } from '../../../remote/forge/index.ts';
import { COMMAND_NAMES, parseComment } from './command.ts';
import type { CommandName, CommentCommand } from './command.ts';
import type { EventComment, Ignored, Reply } from './types.ts';

/** Where a comment was written, and by whom. */
export interface CommentPlace
  extends Pick<Reply, 'forge' | 'instanceUrl' | 'project' | 'comment' | 'author'> {
  on: EventComment['on'];
  /** Of the issue or pull request. */
  number?: number | undefined;
  /** Of the commit. */
  sha?: string | undefined;
}

/** The command in a comment; or why there is none, with an answer where one was meant. */
export function readCommand(
  body: string,
  prefix: string,
  place: CommentPlace,
): { command: CommentCommand } | (Ignored & { command?: never }) {
  const parsed = parseComment(body, prefix);
  if (parsed === undefined) return { ignored: `the comment holds no line that begins with ${prefix}` };
  if ('problem' in parsed) {
    const said = sentence(parsed.problem);
    return answer(place, `the command cannot be read: ${parsed.problem}`, `${said}\n\n${helpText(prefix)}`);
  }
  if (parsed.command.name !== 'help') return parsed;
  return answer(place, 'the comment asks for help', helpText(prefix));
}

function answer(place: CommentPlace, ignored: string, body: string): Ignored {
  const { forge, instanceUrl, project, comment, author } = place;
  const thread = threadOf(place);
  if (thread === undefined) return { ignored };
  return { ignored, reply: { forge, instanceUrl, project, thread, comment, author, body } };
}

function threadOf({ on, number, sha }: CommentPlace): Thread | undefined {
  if (on === 'commit') return sha === undefined ? undefined : { on, sha };
  return number === undefined ? undefined : { on, number };
}

const LONGEST = 200;

/** The problem quotes the comment: in a code span nothing in it is markup, and nobody is notified. */
function sentence(problem: string): string {
  const plain = Array.from(problem.replaceAll('`', "'").replace(/\s+/g, ' ').trim());
  const cut = plain.length > LONGEST ? `${plain.slice(0, LONGEST - 1).join('')}…` : plain.join('');
  return `That command cannot be read: \`${cut}\`.`;
}

const EXPLANATIONS: Readonly<Record<CommandName, string>> = {
  help: 'shows this text',
  build: 'builds in Copr again',
  'rebuild-failed': 'builds again what failed in Copr',
  test: 'runs the tests; `--identifier ID`, `--labels A,B` and `--env KEY=VALUE` choose and change them',
  'retest-failed': 'runs the failed tests again',
  'upstream-koji-build': 'makes a scratch build in Koji',
  'vm-image-build': 'makes an image with the built packages',
  'propose-downstream': 'brings the release to dist-git; in an issue or on a release',
  'pull-from-upstream':
    'brings a release of upstream to dist-git; in dist-git. `--version V`, `--resolve-bug rhbz#1`',
  'koji-build': 'builds in Koji; in dist-git or the issue that reports a failure',
  'koji-tag': 'tags the newest stable build into the side tag; in dist-git',
  'create-update': 'makes an update in Bodhi; in dist-git or the issue that reports a failure',
  'ok-to-test': 'lets the jobs of one commit run, `ok-to-test COMMIT`; for maintainers',
};

/** The commands, as a table. No line of it is a command. */
export function helpText(prefix: string): string {
  const rows = COMMAND_NAMES.map((name) => `| \`${prefix} ${name}\` | ${EXPLANATIONS[name]} |`);
  return ['| Comment | What it does |', '|---|---|', ...rows].join('\n');
}
