/** `tf_extra_params` of a job, merged into the request that packit makes. Pure. */
import type { FarmFields } from '../../../remote/testing-farm/index.ts';

/** The rest of a request (notifications, the key) is not for a configuration to say. */
const MERGED = ['environments', 'test', 'settings'] as const;

/**
 * Mappings are merged key by key, lists by position; `artifacts` are added to packit's own. Values of different kinds do not mix: packit's
 * own stays. What a list has more than packit's is kept (a second environment, say): the hosted service loses it.
 */
export function mergeExtra(own: FarmFields, extra: FarmFields): FarmFields {
  const merged = MERGED.flatMap((key): [string, unknown][] => {
    if (!(key in extra)) return [];
    return [[key, key in own ? merge(own[key], extra[key]) : extra[key]]];
  });
  return { ...own, ...Object.fromEntries(merged) };
}

function merge(own: unknown, extra: unknown): unknown {
  if (Array.isArray(own) && Array.isArray(extra)) {
    const [mine, theirs] = [own as unknown[], extra as unknown[]];
    const both = mine.map((one, index) => (index < theirs.length ? merge(one, theirs[index]) : one));
    return [...both, ...theirs.slice(mine.length)];
  }
  if (!isMapping(own) || !isMapping(extra)) return own;
  const merged = Object.entries(extra).map(([key, value]): [string, unknown] => {
    if (!Object.hasOwn(own, key) || typeof value !== 'object' || value === null) return [key, value];
    return [key, key === 'artifacts' ? withArtifacts(own[key], value) : merge(own[key], value)];
  });
  return Object.fromEntries([...Object.entries(own), ...merged]);
}

function withArtifacts(own: unknown, extra: object): unknown {
  return Array.isArray(own) && Array.isArray(extra) ? [...(own as unknown[]), ...(extra as unknown[])] : own;
}

export function isMapping(value: unknown): value is FarmFields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
