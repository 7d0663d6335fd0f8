/** Names and aliases to places in OBS. */
import { PackitError } from '../../../errors.ts';
import { bundledAliases, buildTargetsFor, loadAliases } from '../../../project/distro-aliases/index.ts';
import type { Aliases } from '../../../project/distro-aliases/index.ts';
import type { Context } from '../../../context.ts';
import { obsTarget } from '../../../remote/obs/index.ts';
import type { ObsTarget } from '../../../remote/obs/index.ts';
import type { HttpClient } from '../../../remote/http/index.ts';

const DEFAULT_TARGETS = ['fedora-rawhide-x86_64'];
/** Names whose meaning depends on which releases are active: not `fedora-42`, `epel-9-x86_64` or any of openSUSE. */
const ACTIVE = /^(?:fedora|epel)-(?!rawhide\b|\d+(?:-|$))/;

export interface ObsTargets {
  targets: ObsTarget[];
  /** Members of aliases that OBS has no place for. */
  missing: string[];
}

/**
 * @param option `--targets`, comma separated
 * @throws PackitError OBS_TARGET_UNKNOWN for a name that is none; a member of an alias that OBS lacks is left out
 */
export function resolveTargets(option: string | undefined, aliases: Aliases): ObsTargets {
  const targets = new Map<string, ObsTarget>();
  const missing: string[] = [];
  for (const name of namesOf(option)) {
    const members = buildTargetsFor(aliases, [name]);
    const places = members.map((member) => placeOf(member));
    const [only] = members;
    if (places.every((place) => place === undefined)) {
      // Its error says what there is.
      obsTarget(only ?? name);
    }
    members.forEach((member, index) => {
      const place = places[index];
      if (place === undefined) missing.push(member);
      else targets.set(member, place);
    });
  }
  return { targets: [...targets.values()], missing };
}

export async function obsAliases(
  ctx: Context,
  http: HttpClient,
  option: string | undefined,
): Promise<Aliases> {
  if (!namesOf(option).some((name) => ACTIVE.test(name))) return bundledAliases();
  const { aliases, notice } = await loadAliases({
    cacheDirectory: ctx.paths.cache,
    now: ctx.now,
    fetchJson: (url) => http.json({ url, service: 'Bodhi', retries: 1 }),
    ...(ctx.env.PACKIT_BODHI_URL === undefined ? {} : { bodhiUrl: ctx.env.PACKIT_BODHI_URL }),
  });
  if (notice !== undefined) ctx.ui.info(notice);
  return aliases;
}

function namesOf(option: string | undefined): readonly string[] {
  const names = (option ?? '').split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
  return names.length === 0 ? DEFAULT_TARGETS : names;
}

function placeOf(name: string): ObsTarget | undefined {
  try {
    return obsTarget(name);
  } catch (error) {
    if (error instanceof PackitError && error.code === 'OBS_TARGET_UNKNOWN') return undefined;
    throw error;
  }
}
