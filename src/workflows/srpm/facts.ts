import { describeHead, listTags, readHead } from '../../tools/git/index.ts';
import type { Description, Git, Head, Tag } from '../../tools/git/index.ts';

/** What git says about the state to build. Read at most once, ahead of need where that costs no time. */
export interface Facts {
  head(): Promise<Head>;
  /** Newest first. */
  tags(): Promise<Tag[]>;
  describe(): Promise<Description | undefined>;
  /** Reads what is cheap in the background. */
  prefetch(): void;
}

export function readFacts(git: Git, mergedRef?: string): Facts {
  const head = once(() => readHead(git));
  const tags = once(() => listTags(git, mergedRef));
  const describe = once(() => describeHead(git));
  return {
    head,
    tags,
    describe,
    prefetch() {
      // Whoever needs the value meets the error.
      for (const read of [head, tags, describe]) read().catch(() => undefined);
    },
  };
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let value: Promise<T> | undefined;
  return () => (value ??= read());
}
