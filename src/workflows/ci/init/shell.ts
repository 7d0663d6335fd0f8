/** Pieces of the written files that all systems share. */

/** The first lines of every file. */
export function heading(version: string, about: readonly string[]): string {
  return [`Written by \`packit ci init\` of packit ${version}.`, ...about]
    .map((line) => `# ${line}\n`)
    .join('');
}

/** An expression of Actions. */
export function expression(text: string): string {
  return `\${{ ${text} }}`;
}

/** Every line `width` blanks further right, but for empty ones. */
export function indented(text: string, width: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(width));
}

/** Copr's login, from a variable to where its clients look. An unset secret is an empty variable. */
export const COPR_FROM_VARIABLE = `if [ -n "$COPR_CONFIG" ]; then
  umask 077
  mkdir -p "$HOME/.config"
  printf '%s\\n' "$COPR_CONFIG" > "$HOME/.config/copr"
fi
`;

/** The keytab, which is no text, from a variable into a file. \`$1\` in the shell's words: where it goes. */
export function keytabFromVariable(file: string): string {
  return `if [ -n "$FEDORA_KEYTAB" ]; then
  umask 077
  printf '%s' "$FEDORA_KEYTAB" | base64 --decode > "${file}"
fi
`;
}
