/** Which release, and what belongs to it. */
import type { Context } from '../../context.ts';
import { PackitError, isPackitError, messageOf } from '../../errors.ts';
import type { PackageConfig } from '../../project/config/index.ts';
import { chooseTag, tagFromVersion, versionFromTag } from '../../project/version/index.ts';
import type { KnownTag } from '../../project/version/index.ts';
import { parseRepositoryUrl } from '../../remote/forge/index.ts';
import type { Forge, ProjectRef } from '../../remote/forge/index.ts';

export interface UpstreamForge {
  forge: Forge;
  project: ProjectRef;
}

/** The forge of the project at an address, if it is on one. */
export async function openUpstreamForge(
  url: string | undefined,
  forgeAt: (url: string) => Promise<Forge>,
): Promise<UpstreamForge | undefined> {
  const place = url === undefined ? undefined : parseRepositoryUrl(url);
  return url === undefined || place === undefined
    ? undefined
    : { forge: await forgeAt(url), project: place.project };
}

export interface ReleaseQuestion {
  ctx: Context;
  pkg: PackageConfig;
  /** `VERSION` of the command line. */
  given: string | undefined;
  /** release-monitoring.org: the latest version it knows, undefined if it knows none. */
  monitoring: () => Promise<string | undefined>;
  /** The forge of the upstream project, if it is on one. */
  upstreamForge: () => Promise<UpstreamForge | undefined>;
  /** The upstream repository's tags, newest first. */
  tags: () => Promise<readonly KnownTag[]>;
  /** The command that asks, for the hint. */
  command: string;
}

/** Versions become part of spec files, tags, addresses and file names: nothing in one may act there. */
const PLAIN = /^[A-Za-z0-9_~^][\w.+~^-]{0,199}$/;

/**
 * What `chooseVersion` was told, if it can be a version.
 * @throws PackitError `VERSION_INVALID`
 */
export function checkedVersion(version: string, source: string): string {
  if (PLAIN.test(version)) return version;
  throw new PackitError('VERSION_INVALID', `${JSON.stringify(version)} (${source}) cannot be a version`, {
    hint: 'Give the version as the argument: letters, digits and the characters "_ . + ~ ^ -".',
  });
}

/**
 * The version given, else the latest release that release-monitoring.org knows, else the upstream forge's,
 * else the newest tag that fits the configuration.
 * @throws PackitError `RELEASE_UNKNOWN`, `VERSION_INVALID`
 */
export async function chooseVersion(question: ReleaseQuestion): Promise<string> {
  if (question.given !== undefined && question.given !== '')
    return checkedVersion(question.given, 'the argument');
  const asked: string[] = [];
  for (const [name, ask] of [
    ['release-monitoring.org', question.monitoring],
    ['the releases of the upstream forge', () => fromReleases(question)],
    ['the tags', () => fromTags(question)],
  ] as const) {
    try {
      const version = await ask();
      if (version !== undefined && version !== '') {
        checkedVersion(version, name);
        question.ctx.ui.info(`The latest release is ${version}, say ${name}`);
        return version;
      }
      asked.push(`${name}: nothing known`);
    } catch (error) {
      if (!isPackitError(error) || error.code === 'INTERRUPTED') throw error;
      if (error.code === 'VERSION_INVALID')
        question.ctx.ui.warn({ code: error.code, message: error.message });
      asked.push(`${name}: ${messageOf(error)}`);
    }
  }
  throw new PackitError('RELEASE_UNKNOWN', `The latest release of ${question.pkg.name} cannot be told`, {
    hint: `Give the version: packit ${question.command} . VERSION`,
    details: asked,
  });
}

async function fromReleases({ pkg, upstreamForge }: ReleaseQuestion): Promise<string | undefined> {
  const upstream = await upstreamForge();
  if (upstream === undefined) return undefined;
  const releases = await upstream.forge.listReleases(upstream.project);
  const tags = releases
    .filter(({ prerelease, draft }) => !prerelease && !draft)
    .map(({ tag }) => ({ name: tag }));
  return chooseTag(tags, pkg)?.version;
}

async function fromTags({ tags, pkg }: ReleaseQuestion): Promise<string | undefined> {
  return chooseTag(await tags(), pkg)?.version;
}

/** The tag of a version; a version that was given as the tag's name is understood. */
export function tagOf(
  version: string,
  pkg: PackageConfig,
  ui: Context['ui'],
): { version: string; tag: string } {
  const tag = tagFromVersion(version, pkg);
  if (/^v\d/.test(version)) {
    const plain = pkg.upstream_tag_template.includes('{version}') ? versionFromTag(version, pkg) : undefined;
    if (plain !== undefined && tagFromVersion(plain, pkg) === version)
      return { version: plain, tag: version };
    ui.warn({
      code: 'VERSION_WITH_V',
      message: `The version ${version} starts with a "v"`,
      hint: 'Set upstream_tag_template: "v{version}" if that belongs to the tag only.',
    });
  }
  return { version, tag };
}
