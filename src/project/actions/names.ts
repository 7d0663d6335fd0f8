/** Every action there is: the one list that validation, the JSON Schema and the runner go by. */
export const ACTION_NAMES = [
  'run-condition',
  'post-upstream-clone',
  'pre-sync',
  'create-patches',
  'prepare-files',
  'create-archive',
  'get-current-version',
  'fix-spec-file',
  'post-modifications',
  'changelog-entry',
  'commit-message',
] as const;

export type ActionName = (typeof ACTION_NAMES)[number];
