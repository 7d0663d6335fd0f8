import type { Order } from './rpm-order.ts';

/** A version by PEP 440; numbers are BigInt because dates and counters outgrow doubles. */
export interface Pep440Version {
  epoch: bigint;
  release: readonly bigint[];
  pre: readonly ['a' | 'b' | 'rc', bigint] | undefined;
  post: bigint | undefined;
  dev: bigint | undefined;
  local: readonly (bigint | string)[] | undefined;
}

const VERSION =
  /^\s*v?(?:(?<epoch>[0-9]+)!)?(?<release>[0-9]+(?:\.[0-9]+)*)(?:[._-]?(?<preLetter>alpha|a|beta|b|preview|pre|c|rc)[._-]?(?<preNumber>[0-9]+)?)?(?:-(?<postBare>[0-9]+)|(?<post>[._-]?(?:post|rev|r)[._-]?(?<postNumber>[0-9]+)?))?(?<dev>[._-]?dev[._-]?(?<devNumber>[0-9]+)?)?(?:\+(?<local>[a-z0-9]+(?:[._-][a-z0-9]+)*))?\s*$/i;

const LETTERS: Readonly<Record<string, 'a' | 'b' | 'rc'>> = {
  a: 'a',
  alpha: 'a',
  b: 'b',
  beta: 'b',
  c: 'rc',
  rc: 'rc',
  pre: 'rc',
  preview: 'rc',
};

/**
 * Undefined if the text is not a version by PEP 440.
 * @see https://peps.python.org/pep-0440/
 */
export function parsePep440(text: string): Pep440Version | undefined {
  const groups = VERSION.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const letter = LETTERS[groups.preLetter?.toLowerCase() ?? ''];
  const post = groups.postBare ?? (groups.post === undefined ? undefined : (groups.postNumber ?? '0'));
  const dev = groups.dev === undefined ? undefined : (groups.devNumber ?? '0');
  return {
    epoch: BigInt(groups.epoch ?? '0'),
    release: (groups.release ?? '0').split('.').map(BigInt),
    pre: letter === undefined ? undefined : [letter, BigInt(groups.preNumber ?? '0')],
    post: post === undefined ? undefined : BigInt(post),
    dev: dev === undefined ? undefined : BigInt(dev),
    local: groups.local
      ?.toLowerCase()
      .split(/[._-]/)
      .map((part) => (/^\d+$/.test(part) ? BigInt(part) : part)),
  };
}

/** Total order of PEP 440, local versions included. */
export function comparePep440(a: Pep440Version, b: Pep440Version): Order {
  return comparePublic(a, b) || compareLocal(a.local, b.local);
}

/** The order without local versions (`+...`). */
export function comparePublic(a: Pep440Version, b: Pep440Version): Order {
  return (
    order(a.epoch, b.epoch) ||
    compareLists(withoutTrailingZeros(a.release), withoutTrailingZeros(b.release)) ||
    compareLists(suffixKey(a), suffixKey(b))
  );
}

export function isPrerelease(version: Pep440Version): boolean {
  return version.pre !== undefined || version.dev !== undefined;
}

function withoutTrailingZeros(release: readonly bigint[]): bigint[] {
  let end = release.length;
  while (end > 0 && release[end - 1] === 0n) end -= 1;
  return release.slice(0, end);
}

const PRE_RANK = { a: 0n, b: 1n, rc: 2n } as const;

/** A dev release of no pre-release sorts before `a0`, a final release after every `rc`. */
function suffixKey(version: Pep440Version): bigint[] {
  const { pre, post, dev } = version;
  const devOnly = pre === undefined && post === undefined && dev !== undefined;
  return [
    pre === undefined ? (devOnly ? -1n : 3n) : PRE_RANK[pre[0]],
    pre?.[1] ?? 0n,
    post === undefined ? 0n : 1n,
    post ?? 0n,
    dev === undefined ? 1n : 0n,
    dev ?? 0n,
  ];
}

function compareLists(a: readonly bigint[], b: readonly bigint[]): Order {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const result = order(a[index] ?? 0n, b[index] ?? 0n);
    if (result !== 0) return result;
  }
  return 0;
}

function compareLocal(a: Pep440Version['local'], b: Pep440Version['local']): Order {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const left = a[index];
    const right = b[index];
    if (left === undefined) return -1;
    if (right === undefined) return 1;
    if (left === right) continue;
    if (typeof left !== typeof right) return typeof left === 'string' ? -1 : 1;
    return left > right ? 1 : -1;
  }
  return 0;
}

function order(a: bigint, b: bigint): Order {
  return a === b ? 0 : a > b ? 1 : -1;
}
