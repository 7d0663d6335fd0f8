/** Keys the reference has had since its answers were recorded (1.16): both false where nobody sets them. */
const NEWER: ReadonlySet<string> = new Set(['use_copr_dist_git_build', 'skip_install']);

/** A dump as the recorded release would have written it. */
export function asRecorded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asRecorded);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) =>
      NEWER.has(key) && inner === false ? [] : [[key, asRecorded(inner)]],
    ),
  );
}
