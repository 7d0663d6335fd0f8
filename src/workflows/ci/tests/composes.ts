/** From the system of a test target to the name that Testing Farm has for it. Pure. */
import { isPackitError } from '../../../errors.ts';
import { pythonRegex } from '../../../project/version/index.ts';

/** Which part of Testing Farm runs the tests. */
export type Ranch = 'public' | 'redhat';

const ARCHITECTURES: Readonly<Record<Ranch, readonly string[]>> = {
  public: ['aarch64', 'x86_64'],
  redhat: ['aarch64', 'ppc64le', 's390x', 'x86_64'],
};
/** How Testing Farm spells what title case gets wrong. */
const SPELLING: readonly (readonly [titled: string, spelt: string])[] = [
  ['Centos', 'CentOS'],
  ['Rhel', 'RHEL'],
  ['Oraclelinux', 'Oracle-Linux'],
  ['Latest', 'latest'],
  ['Eln', 'eln'],
];
/** Only in the internal instance: which compose is meant by a name without a version of its own. */
const INTERNAL: Readonly<Record<string, string>> = {
  'Fedora-Rawhide': 'Fedora-Rawhide-Nightly',
  'RHEL-6': 'RHEL-6-LatestReleased',
  'RHEL-7': 'RHEL-7-LatestReleased',
  'RHEL-8': 'RHEL-8.5.0-Nightly',
  'Oracle-Linux-7': 'Oracle-Linux-7.9',
  'Oracle-Linux-8': 'Oracle-Linux-8.6',
};

export function hasArchitecture(ranch: Ranch, architecture: string): boolean {
  return ARCHITECTURES[ranch].includes(architecture);
}

/**
 * The compose of a system: the name itself if it is one, else as Testing Farm would write it (`centos-stream-9` ->
 * `CentOS-Stream-9`); `found` is false for one that is in no list.
 * @param composes names and regular expressions, as Testing Farm lists them; an expression has to fit all of the name
 */
export function composeFor(
  distro: string,
  composes: readonly string[],
  ranch: Ranch,
): { compose: string; found: boolean } {
  if (isListed(distro, composes)) return { compose: distro, found: true };
  const titled = spelt(distro);
  const compose = titled === 'CentOS-Stream' ? 'CentOS-Stream-8' : titled;
  if (ranch === 'public' || isListed(compose, composes)) {
    return { compose, found: isListed(compose, composes) };
  }
  const internal = internalName(compose);
  return { compose: internal, found: isListed(internal, composes) };
}

function isListed(name: string, composes: readonly string[]): boolean {
  return composes.includes(name) || composes.some((compose) => fits(compose, name));
}

/** An expression that cannot be used fits nothing: the others still count. */
function fits(compose: string, name: string): boolean {
  try {
    return pythonRegex(compose, { anchor: 'whole', name: 'compose' }).test(name);
  } catch (error) {
    if (isPackitError(error)) return false;
    throw error;
  }
}

/** Python's title case, with Testing Farm's own spelling. */
function spelt(distro: string): string {
  const titled = distro.replace(
    /\p{L}+/gu,
    ([first = '', ...rest]) => first.toUpperCase() + rest.join('').toLowerCase(),
  );
  return SPELLING.reduce((name, [wrong, right]) => name.replaceAll(wrong, right), titled);
}

function internalName(compose: string): string {
  const known = INTERNAL[compose];
  if (known !== undefined) return known;
  if (compose.startsWith('Fedora-')) return `${compose}-Updated`;
  return /^CentOS-.$/.test(compose) ? `${compose}-latest` : compose;
}
