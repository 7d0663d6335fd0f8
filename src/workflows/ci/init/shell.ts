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

export const KEYTAB = 'FEDORA_KEYTAB';
export const FAS_USER = 'FAS_USER';
export const REDHAT_TOKEN = 'REDHAT_API_TOKEN';

/** The variables that the user configuration is made of. */
export function userSettings(needs: { kerberos: boolean; imageBuilder: boolean }): string[] {
  return [...(needs.kerberos ? [KEYTAB, FAS_USER] : []), ...(needs.imageBuilder ? [REDHAT_TOKEN] : [])];
}

/** The user configuration, and the keytab, which is no text, beside it; from variables, set or not. */
export function userConfiguration(variables: readonly string[]): string {
  const parts = [
    'umask 077\n',
    'mkdir -p "$HOME/.config"\n',
    ': > "$HOME/.config/packit.yaml"\n',
    ...(variables.includes(KEYTAB)
      ? [
          `if [ -n "\${${KEYTAB}:-}" ]; then
  printf '%s' "$${KEYTAB}" | base64 --decode > "$HOME/.config/fedora.keytab"
  printf 'fas_user: "%s"\\nkeytab_path: ~/.config/fedora.keytab\\n' "\${${FAS_USER}:-}" >> "$HOME/.config/packit.yaml"
fi
`,
        ]
      : []),
    ...(variables.includes(REDHAT_TOKEN)
      ? [
          `if [ -n "\${${REDHAT_TOKEN}:-}" ]; then
  printf 'redhat_api_refresh_token: "%s"\\n' "$${REDHAT_TOKEN}" >> "$HOME/.config/packit.yaml"
fi
`,
        ]
      : []),
  ];
  return parts.join('');
}
