import { changelogLines, nearestTag, surveyRepository } from '../../tools/git/index.ts';
import type { ConfigFacts, Description, Git, Head, Survey, Tag } from '../../tools/git/index.ts';

/** What git says about the state to build. Asked at most once, ahead of need where that costs no time. */
export interface Facts {
  head(): Promise<Head>;
  /** Newest first. */
  tags(): Promise<Tag[]>;
  describe(): Promise<Description | undefined>;
  /** The nearest of some tags (newest first) that HEAD contains, with `--merged-ref` that ref; undefined if it contains none. */
  nearest(names: readonly string[]): Promise<string | undefined>;
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
  const nearest = new Map<string, Promise<string | undefined>>();
  const findNearest = async (names: readonly string[]): Promise<string | undefined> => {
    if (mergedRef !== undefined && mergedRef !== '') return nearestTag(git, names, mergedRef);
    const survey = await ask();
    const any = survey.describe()?.tag;
    if (any === undefined) return undefined;
    // git need not be asked again where the nearest tag of all is one of them, or is on the commit of one.
    const commits = new Map(survey.tags().map(({ name, commit }) => [name, commit]));
    const here = names.find((name) => name === any || commits.get(name) === commits.get(any));
    return here ?? nearestTag(git, names);
  };
  const changesSince = async (tag: string): Promise<Buffer> => {
    const known = await ask();
    const commit = known.tags().find(({ name }) => name === tag)?.commit;
    // Nothing can have changed since a tag of what is checked out.
    if (commit !== undefined && commit === known.head().sha) return Buffer.alloc(0);
    return changelogLines(git, `refs/tags/${tag}`);
  };
  return {
    head: async () => (await ask()).head(),
    tags: async () => (await ask()).tags(),
    describe: async () => (await ask()).describe(),
    config: async () => (await ask()).config(),
    nearest(names) {
      const key = names.join('\n');
      let found = nearest.get(key);
      if (found === undefined) {
        found = findNearest(names);
        nearest.set(key, found);
      }
      return found;
    },
    log(tag) {
      let lines = logs.get(tag);
      if (lines === undefined) {
        lines = changesSince(tag);
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
