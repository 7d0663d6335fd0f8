/** Statuses, comments and issues as a forge of the tests remembers them. */
import type { Thread } from '../../../src/remote/forge/index.ts';

/** A status in the forge's own words, as it was set. */
export interface SetStatus {
  name: string;
  state: string;
  description: string;
  url: string;
  /** Login of who sent it. */
  creator: string;
}

/** A record of the forge. GitHub and Forgejo make one each time, GitLab and Pagure change the one there is. */
export interface TestStatus extends SetStatus {
  id: number;
  sha: string;
  createdAt: string;
  changedAt: string;
  /** GitLab: another of the name has come after it. */
  retried: boolean;
}

export interface TestComment {
  id: number;
  thread: Thread;
  author: string;
  body: string;
  createdAt: string;
  /** Written by the forge itself: `added 1 commit`. */
  system: boolean;
  /** `jane: eyes` */
  reactions: string[];
}

export interface TestIssue {
  number: number;
  title: string;
  body: string;
  author: string;
  open: boolean;
}

export interface Conversation {
  statuses: TestStatus[];
  /** Everything that was set, in this order, also what is replaced now. */
  statusLog: (SetStatus & { sha: string })[];
  comments: TestComment[];
  issues: TestIssue[];
}

export function emptyConversation(): Conversation {
  return { statuses: [], statusLog: [], comments: [], issues: [] };
}

/** What numbers and times are made from. */
export interface Counter {
  /** Statuses and comments so far. */
  written: number;
}

/** Seconds pass with every write, so that two runs are alike. */
export function stamp(counter: Counter): { id: number; time: string } {
  counter.written += 1;
  const time = new Date(Date.UTC(2024, 1, 29, 12) + counter.written * 1000);
  return { id: 9000 + counter.written, time: time.toISOString() };
}

/** Makes a record, or changes the given one. */
export function recordStatus(
  counter: Counter,
  conversation: Conversation,
  sha: string,
  status: SetStatus,
  present?: TestStatus,
): TestStatus {
  const { id, time } = stamp(counter);
  conversation.statusLog.push({ sha, ...status });
  if (present !== undefined) {
    const { state, description, url } = status;
    return Object.assign(present, { state, description, url, changedAt: time });
  }
  const made: TestStatus = { id, sha, ...status, createdAt: time, changedAt: time, retried: false };
  conversation.statuses.push(made);
  return made;
}

export function recordComment(
  counter: Counter,
  conversation: Conversation,
  comment: Pick<TestComment, 'thread' | 'author' | 'body'> & { system?: boolean },
): TestComment {
  const { id, time } = stamp(counter);
  const made: TestComment = { id, createdAt: time, system: false, reactions: [], ...comment };
  conversation.comments.push(made);
  return made;
}

export function commentsIn(conversation: Conversation, thread: Thread): TestComment[] {
  return conversation.comments.filter((comment) => sameThread(comment.thread, thread));
}

/** True if the reaction is new. */
export function react(comment: TestComment, user: string, content: string): boolean {
  const reaction = `${user}: ${content}`;
  if (comment.reactions.includes(reaction)) return false;
  comment.reactions.push(reaction);
  return true;
}

export function sameThread(a: Thread, b: Thread): boolean {
  return JSON.stringify([a.on, keyOf(a)]) === JSON.stringify([b.on, keyOf(b)]);
}

export function keyOf(thread: Thread): string {
  return thread.on === 'commit' ? thread.sha : String(thread.number);
}

/** Without numbers, times and the way there. */
export function conversationSnapshot({ statuses, comments, issues }: Conversation): unknown {
  const current = new Map<string, unknown>();
  for (const { sha, name, state, description, url, creator } of statuses) {
    current.set([sha, name.toLowerCase(), creator].join(' '), {
      sha,
      name,
      state,
      description,
      url,
      creator,
    });
  }
  return {
    statuses: [...current].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, status]) => status),
    comments: comments.map(({ thread, author, body, reactions }) => ({ thread, author, body, reactions })),
    issues,
  };
}
