/** What the stand-in for Copr makes packages from, and which. */
import { chrootMoment } from './state.ts';
import type { CoprServer, StoredBuild } from './state.ts';

/** What Copr's form says of a script that it does not take. */
export function scriptProblem(
  copr: Pick<CoprServer, 'offered' | 'unexpected'>,
  { script, chroot, builddeps, resultdir, repos }: Record<string, unknown>,
): string | undefined {
  if (typeof script !== 'string' || script === '') return "'script': ['This field is required.']";
  if (script.length > 4096) return "'script': ['Maximum script size is 4kB']";
  if (!['fedora-latest-x86_64', ...copr.offered].includes(String(chroot))) {
    return "'chroot': ['Not a valid choice']";
  }
  // Lists are joined by Copr, which takes null for a field that was not sent.
  for (const [key, value] of Object.entries({ builddeps, resultdir, repos })) {
    const known = value === null || value === undefined || typeof value === 'string' || Array.isArray(value);
    if (!known) copr.unexpected.push(`${key} is no text`);
  }
  const urls = joined(repos)
    .split(/\s+/)
    .filter((url) => url !== '');
  const strange = urls.find((url) => !/^https?:\/\/.|^copr:\/\/[^/]+\/[^/]+/.test(url));
  return strange === undefined
    ? undefined
    : `'repos': ["A list of URLs separated by whitespace characters is needed ('${strange}' doesn't seem to be a valid URL)."]`;
}

/** As Copr's form has it. */
export function joined(value: unknown): string {
  if (Array.isArray(value)) return value.map(String).join(' ');
  return typeof value === 'string' ? value : '';
}

export function sourceConfig({ source, options }: StoredBuild): unknown {
  return {
    source_type: source.type,
    source_dict: source.type === 'custom' ? source.dict : { url: 'http://x/tmp/a.src.rpm' },
    memory_limit: 2048,
    timeout: options.timeout ?? 18_000,
    is_background: false,
  };
}

/** `hello` and `1.0-1` of `hello-1.0-1.src.rpm`. */
export function nameIn(srpm: string): { name: string | undefined; version: string | undefined } {
  const [, name, version] = /^(.+)-([^-]+-[^-]+)\.src\.rpm$/.exec(srpm) ?? [];
  return { name, version };
}

/** A chroot that has succeeded has made the source package, and a binary one of the same name. */
export function builtPackages(build: StoredBuild, now: number): unknown {
  const { name, version: whole = '' } = nameIn(build.filename);
  const [version, release] = whole.split('-');
  const made = (chroot: string): unknown[] => {
    if (chrootMoment(build, chroot, now).state !== 'succeeded') return [];
    const arch = chroot.slice(chroot.lastIndexOf('-') + 1);
    return ['src', arch].map((one) => ({ name, epoch: 0, version, release, arch: one }));
  };
  return Object.fromEntries(build.chroots.map((chroot) => [chroot, { packages: made(chroot) }]));
}
