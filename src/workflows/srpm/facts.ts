import { changelogLines, describeHead, listTags, readConfigFacts, readHead } from '../../tools/git/index.ts';
import type { ConfigFacts, Description, Git, Head, Tag } from '../../tools/git/index.ts';

/** What git says about the state to build. Read at most once, ahead of need where that costs no time. */
export interface Facts {
  head(): Promise<Head>;
  /** Newest first. */
  tags(): Promise<Tag[]>;
  describe(): Promise<Description | undefined>;
  /** Identity and remotes. */
  config(): Promise<ConfigFacts>;
  /** Commits since a tag, as changelog lines. */
  log(tag: string): Promise<Buffer>;
  /** Reads what is cheap in the background. */
  prefetch(): void;
}

export function readFacts(git: Git, mergedRef?: string): Facts {
  const head = once(() => readHead(git));
  const tags = once(() => listTags(git, mergedRef));
  const describe = once(() => describeHead(git));
  const config = once(() => readConfigFacts(git));
  const logs = new Map<string, Promise<Buffer>>();
  return {
    head,
    tags,
    describe,
    config,
    log(tag) {
      let lines = logs.get(tag);
      if (lines === undefined) {
        lines = changelogLines(git, `refs/tags/${tag}`);
        lines.catch(() => undefined);
        logs.set(tag, lines);
      }
      return lines;
    },
    prefetch() {
      // Whoever needs the value meets the error.
      for (const read of [head, tags, describe, config]) read().catch(() => undefined);
    },
  };
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let value: Promise<T> | undefined;
  return () => (value ??= read());
}
