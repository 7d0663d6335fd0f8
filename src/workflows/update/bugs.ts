/** Numbers of bugs, however they are written. Pure. */
import { PackitError } from '../../errors.ts';

const SPELLING =
  /^(?:(?:rhbz|rh|bz|bug|fedora|epel)\s*#?\s*|#|https?:\/\/bugzilla\.redhat\.com\/(?:show_bug\.cgi\?(?:.*&)?id=)?)?(\d+)(?:[&#].*)?$/i;

/**
 * The numbers in `rhbz#1234`, `#1234`, `1234`, `bz1234`, addresses of Bugzilla, and lists of those: Bodhi takes plain
 * numbers only.
 * @throws PackitError `BUG_INVALID`
 */
export function bugNumbers(texts: readonly string[]): number[] {
  const words = texts.flatMap((text) =>
    text
      .replaceAll(/\b(rhbz|rh|bz|bug)\s+(?=#?\d)/gi, '$1')
      .split(/[\s,]+/)
      .filter((word) => word !== ''),
  );
  const numbers = words.map((word) => {
    const [, number = ''] = SPELLING.exec(word) ?? [];
    if (number !== '' && Number.isSafeInteger(Number(number)) && Number(number) > 0) return Number(number);
    throw new PackitError('BUG_INVALID', `"${word}" is no bug of Red Hat's Bugzilla`, {
      hint: 'Write it as rhbz#1234, as a number, or as the address of the bug.',
    });
  });
  return [...new Set(numbers)];
}

const RESOLVES = /(?:fix(?:es)?|close(?:s)?|resolve(?:s)?):?\s+(?:fedora|epel|rhbz|rh)#(\d{5,})/gi;

/** Bugs that a changelog says it resolves. */
export function bugsIn(changelog: string): number[] {
  return [...changelog.matchAll(RESOLVES)].map(([, number]) => Number(number));
}
