/** The scripts that make a shell ask packit. All they know is how this shell hands over words and takes suggestions. */
import type { Shell } from './shells.ts';

export const COMPLETION_SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# Completion of packit for bash: source <(packit completion bash)
_packit() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :files) compopt -o default -o bashdefault 2>/dev/null ;;
      *) COMPREPLY+=("\${line%%$'\\t'*}") ;;
    esac
  done < <(packit __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _packit packit
`,
  zsh: `#compdef packit
# Completion of packit for zsh: source <(packit completion zsh), or this file as _packit in a directory of $fpath
_packit() {
  local line files=
  local -a found
  for line in "\${(@f)$(packit __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    case $line in
      '') ;;
      :files) files=1 ;;
      *) found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}") ;;
    esac
  done
  (( $#found )) && _describe packit found
  [[ -n $files ]] && _files
  (( $#found )) || [[ -n $files ]]
}
if [[ \${funcstack[1]} == _packit ]]; then _packit; else compdef _packit packit; fi
`,
  fish: `# Completion of packit for fish: packit completion fish | source
function __packit_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in (packit __complete -- $words[2..] "$current" 2>/dev/null)
        if test "$line" = :files
            __fish_complete_path "$current"
        else
            echo $line
        end
    end
end
complete -c packit -f -a '(__packit_complete)'
`,
};
