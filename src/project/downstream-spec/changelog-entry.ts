/** The text of the entry an update adds to `%changelog`. */

export interface ChangelogText {
  version: string;
  /** Output of the action `changelog-entry`, if there is one and it said something. */
  action?: string | undefined;
  /** Notes of the upstream release, with `copy_upstream_release_description`. */
  releaseNotes?: string | undefined;
  bugs: readonly string[];
}

/**
 * Not escaped yet. Release notes win over the action, the action over the default; bugs are named unless
 * the action spoke, for it was told about them.
 */
export function changelogText({ version, action, releaseNotes, bugs }: ChangelogText): string {
  const said = isText(action) ? trimmedLines(action) : undefined;
  const entry = isText(releaseNotes)
    ? releaseNotes.replaceAll('\r\n', '\n').trimEnd()
    : (said ?? `- Update to version ${version}`);
  if (said !== undefined || bugs.length === 0) return entry;
  return [entry, ...bugs.map((bug) => `- Resolves: ${bug}`)].join('\n');
}

function trimmedLines(text: string): string {
  return text
    .split(/\r\n|\n|\r/)
    .map((line) => line.trimEnd())
    .join('\n')
    .trimEnd();
}

function isText(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== '';
}
