/** What packit reads or writes other than the reference recorded. */
export interface Difference {
  id: string;
  name: string;
  ours: string;
  expected: string;
  original: string;
}

interface Explanation {
  reason: string;
  applies: (difference: Difference) => boolean;
}

/** Every kind of difference from the reference that is meant, with its reason; docs/conformance-specs.md lists them. */
const EXPLANATIONS: readonly Explanation[] = [
  {
    reason: 'of two Source0 in branches of a condition the one in force is set, not the first',
    applies: ({ id, name }) => name === 'set_source0' && /-caffeine|--systemd\.spec$/.test(id),
  },
  {
    reason: '-n in a group of flags (-qn DIR) is found and replaced, not added once more',
    applies: ({ name, original }) => name === 'set_prep_n' && /%setup\s+-qn/.test(original),
  },
  {
    reason: 'shell expansions run in the shell that is there; the recording had replaced them',
    applies: ({ name, expected }) => name === 'sources' && expected.includes('%{sub '),
  },
  {
    reason: 'a changelog entry goes above text that is no entry, where rpm reads it',
    applies: ({ name, expected }) =>
      name === 'add_changelog' && expected.includes('{{{ git_dir_changelog }}}'),
  },
];

/** Why ours differs from the reference, where it does so on purpose. */
export function explain(difference: Difference): string | undefined {
  return EXPLANATIONS.find(({ applies }) => applies(difference))?.reason;
}
