import { CONFIG_QUESTION, HEAD_QUESTION, parseConfigFacts, parseHead } from './facts.ts';
import type { ConfigFacts, Head } from './facts.ts';
import { decode } from './git.ts';
import type { Git } from './git.ts';
import { DESCRIBE_QUESTION, parseDescription, parseTags, tagsQuestion } from './tags.ts';
import type { Description, Tag } from './tags.ts';

/** What most commands want to know of a repository. Each throws on its own what its question met. */
export interface Survey {
  head(): Head;
  /** Newest first. */
  tags(): Tag[];
  describe(): Description | undefined;
  config(): ConfigFacts;
}

/**
 * Asks for HEAD, tags, description, identity and remotes: one child process.
 * @param merged only tags reachable from this revision
 */
export async function surveyRepository(git: Git, merged?: string): Promise<Survey> {
  const answers = await git.execAll([
    { args: HEAD_QUESTION },
    { args: tagsQuestion(merged) },
    { args: DESCRIBE_QUESTION, okExitCodes: [0, 128] },
    { args: CONFIG_QUESTION, okExitCodes: [0, 1] },
  ]);
  const text = (index: number): string => {
    const answer = answers[index];
    return answer === undefined ? '' : decode(answer().stdout);
  };
  return {
    head: () => parseHead(text(0)),
    tags: () => parseTags(text(1)),
    describe: () => parseDescription(text(2).trimEnd()),
    config: () => parseConfigFacts(text(3)),
  };
}
