/** Negative if `a` is older, 0 if they are the same to rpm, positive if `a` is newer. */
export type Order = -1 | 0 | 1;

const SEPARATORS = /^[^a-zA-Z0-9~^]+/;

/**
 * Compares two version or release strings as rpm does: runs of digits as numbers, runs of letters as
 * text, a number newer than letters; `~` sorts before the end of the string, `^` after the end but
 * before anything longer; everything else only separates.
 * @see https://rpm-software-management.github.io/rpm/man/rpm-version.7
 */
export function compareRpmVersions(a: string, b: string): Order {
  let one = a;
  let two = b;
  while (one !== '' || two !== '') {
    one = one.replace(SEPARATORS, '');
    two = two.replace(SEPARATORS, '');
    if (one.startsWith('~') || two.startsWith('~')) {
      if (!one.startsWith('~')) return 1;
      if (!two.startsWith('~')) return -1;
      one = one.slice(1);
      two = two.slice(1);
      continue;
    }
    if (one.startsWith('^') || two.startsWith('^')) {
      if (one === '') return -1;
      if (two === '') return 1;
      if (!one.startsWith('^')) return 1;
      if (!two.startsWith('^')) return -1;
      one = one.slice(1);
      two = two.slice(1);
      continue;
    }
    if (one === '' || two === '') break;
    const numeric = /^\d/.test(one);
    const segment = numeric ? /^\d*/ : /^[a-zA-Z]*/;
    const left = segment.exec(one)?.[0] ?? '';
    const right = segment.exec(two)?.[0] ?? '';
    if (right === '') return numeric ? 1 : -1;
    const order = numeric ? compareNumbers(left, right) : compareText(left, right);
    if (order !== 0) return order;
    one = one.slice(left.length);
    two = two.slice(right.length);
  }
  if (one === '' && two === '') return 0;
  return one === '' ? -1 : 1;
}

export interface Evr {
  /** Decimal digits; absent is the same as 0. */
  epoch?: string | undefined;
  version: string;
  release?: string | undefined;
}

/** Takes `[epoch:]version[-release]` apart. */
export function parseEvr(text: string): Evr {
  const match = /^(?:(\d*):)?(.*?)(?:-([^-]*))?$/s.exec(text);
  const epoch = match?.[1];
  const release = match?.[3];
  return {
    version: match?.[2] ?? text,
    ...(epoch === undefined || epoch === '' ? {} : { epoch }),
    ...(release === undefined ? {} : { release }),
  };
}

/** Epoch, then version, then release; a release missing on one side is not compared. */
export function compareEvr(a: Evr, b: Evr): Order {
  const epochs = compareNumbers(a.epoch ?? '0', b.epoch ?? '0');
  if (epochs !== 0) return epochs;
  const versions = compareRpmVersions(a.version, b.version);
  if (versions !== 0) return versions;
  return a.release === undefined || b.release === undefined ? 0 : compareRpmVersions(a.release, b.release);
}

function compareNumbers(a: string, b: string): Order {
  const left = a.replace(/^0+/, '');
  const right = b.replace(/^0+/, '');
  if (left.length !== right.length) return left.length > right.length ? 1 : -1;
  return compareText(left, right);
}

function compareText(a: string, b: string): Order {
  return a === b ? 0 : a > b ? 1 : -1;
}
