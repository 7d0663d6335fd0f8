import { changelogLines, surveyRepository } from '../../tools/git/index.ts';
import type { ConfigFacts, Description, Git, Head, Survey, Tag } from '../../tools/git/index.ts';

/** What git says about the state to build. Asked at most once, ahead of need where that costs no time. */
export interface Facts {
  head(): Promise<Head>;
  /** Newest first. */
  tags(): Promise<Tag[]>;
  describe(): Promise<Description | undefined>;
  /** Identity and remotes. */
  config(): Promise<ConfigFacts>;
  /** Commits since a tag, as changelog lines. */
  log(tag: string): Promise<Buffer>;
  /** Asks in the background. */
  prefetch(): void;
}

export function readFacts(git: Git, mergedRef?: string): Facts {
  let survey: Promise<Survey> | undefined;
  const ask = (): Promise<Survey> => (survey ??= surveyRepository(git, mergedRef));
  const logs = new Map<string, Promise<Buffer>>();
  return {
    head: async () => (await ask()).head(),
    tags: async () => (await ask()).tags(),
    describe: async () => (await ask()).describe(),
    config: async () => (await ask()).config(),
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
      // Whoever needs the answer meets the error.
      ask().catch(() => undefined);
    },
  };
}
