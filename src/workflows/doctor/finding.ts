/** What the doctor says about one thing. */
export const AREAS = ['programs', 'macros', 'logins', 'services', 'project', 'machine'] as const;
export type Area = (typeof AREAS)[number];

/** `problem`: what everybody needs does not work. `warning`: some commands will not. */
export type Rating = 'ok' | 'warning' | 'problem';

export interface Finding {
  area: Area;
  /** `rpmbuild`, `github.com`. */
  subject: string;
  rating: Rating;
  /** A version, or what is wrong. Never a secret. */
  says: string;
  /** What to do; there for everything that is not ok. */
  cure?: string;
  /** Commands that need it. */
  neededBy?: readonly string[];
}
