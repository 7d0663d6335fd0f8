/** What is said about who may start something. Plain data. */
import { oneLine } from '../comments/index.ts';

export type Verdict =
  | { trusted: true; because: string }
  | {
      trusted: false;
      /** Text of a status, at most 140 characters. */
      text: string;
      /** Comment for people, in Markdown: what to do. */
      advice: string;
    };

export interface Trust {
  verdict: Verdict;
  /** The branch is in another project than the target. */
  foreign: boolean;
  /** True: its configuration may not use power (see `withoutPower`). */
  weak: boolean;
}

export function trusted(because: string): Verdict {
  return { trusted: true, because };
}

export function refused(text: string, advice: string): Verdict {
  return { trusted: false, text: oneLine(text, 140), advice };
}
