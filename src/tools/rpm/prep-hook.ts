/**
 * What stands in the place of patch(1) while `%prep` runs: it applies each patch in a git repository beside the build tree and makes
 * commits of it. The build tree gets no `.git` of ours; what the spec changes between patches is told apart from them.
 */

export interface PrepHook {
  /** An existing directory that the hook writes to. */
  records: string;
  /** Absolute paths of the programs. */
  git: string;
  patch: string;
}

/** Message of a commit whose patch says nothing of itself. */
export const NO_MESSAGE = 'packit: no message';

/**
 * The script. Its arguments are those of patch(1); where rpm tells the patch's name, `--packit KIND FILE` come before.
 * For the patch number n it leaves in `records`: `n.patch`, `n.name`, `n.kind` (`am`: git am made the commits; `patch`; `reversed`),
 * `n.strip` (the number of `-p`), `n.directory` (below the top), `n.range` (two hashes).
 */
export function prepHookText({ records, git, patch }: PrepHook): string {
  return SCRIPT.replace('@RECORDS@', () => quoted(records))
    .replace('@GIT@', () => quoted(git))
    .replace('@PATCH@', () => quoted(patch));
}

export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

const SCRIPT = `#!/bin/sh
set -eu
records=@RECORDS@
git=@GIT@
patch=@PATCH@

kind=patch file=
if [ "\${1:-}" = --packit ]; then kind=$2; file=$3; shift 3; fi
input= strip= directory= reversed=
count=$#
while [ "$count" -gt 0 ]; do
  word=$1; shift; count=$((count - 1))
  case $word in
    --dry-run|--version|-v|--help) exec "$patch" "$word" "$@" ;;
    # No backups: they would become part of the commits.
    -b|--backup|--prefix=*|--suffix=*|-[BYz]?*) continue ;;
    -[BYz]|--prefix|--suffix) shift; count=$((count - 1)); continue ;;
    -i|--input) input=$1; shift; count=$((count - 1)); continue ;;
    -i?*) input=\${word#-i}; continue ;;
    --input=*) input=\${word#--input=}; continue ;;
    -d|--directory) directory=$1; shift; count=$((count - 1)); continue ;;
    -d?*) directory=\${word#-d}; continue ;;
    --directory=*) directory=\${word#--directory=}; continue ;;
    -p|--strip) strip=$1; shift; count=$((count - 1)); set -- "$@" "-p$strip"; continue ;;
    -p?*) strip=\${word#-p} ;;
    --strip=*) strip=\${word#--strip=} ;;
    -R|--reverse) reversed=yes ;;
  esac
  set -- "$@" "$word"
done
# As git does without -p.
case $kind in git|git_am) if [ -z "$strip" ]; then strip=1; set -- "$@" -p1; fi ;; esac
if [ -n "$directory" ]; then cd "$directory"; fi

# Since rpm 4.20 every package has a build directory of its own, whichever of the two RPM_BUILD_DIR is.
here=$(pwd -P)
build=$(cd "\${RPM_BUILD_DIR:-/nonexistent}" 2>/dev/null && pwd -P) || build=/nonexistent
case $here/ in
  "$build"/*) ;;
  *) if [ -n "$input" ]; then exec "$patch" "$@" -i "$input"; else exec "$patch" "$@"; fi ;;
esac
below=\${here#"$build"}; below=\${below#/}
case \${below%%/*} in
  *-build)
    if [ -d "$build/\${below%%/*}/SPECPARTS" ]; then
      build=$build/\${below%%/*}
      below=\${here#"$build"}; below=\${below#/}
    fi ;;
esac
top=$build/\${below%%/*}; top=\${top%/}
sub=\${here#"$top"}; sub=\${sub#/}

export GIT_DIR="$records/git" GIT_WORK_TREE="$top"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_TERMINAL_PROMPT=0
export GIT_AUTHOR_NAME=packit GIT_AUTHOR_EMAIL=packit@localhost
export GIT_COMMITTER_NAME=packit GIT_COMMITTER_EMAIL=packit@localhost
unset GIT_INDEX_FILE GIT_CONFIG_PARAMETERS GIT_CONFIG_COUNT
g() { "$git" -C "$top" -c core.autocrlf=false -c core.hooksPath=/dev/null -c commit.gpgSign=false -c gc.auto=0 "$@"; }
save() { g add --all --force . && g commit --quiet --allow-empty --no-verify -m "$1"; }

if [ ! -d "$GIT_DIR" ]; then
  "$git" init --quiet --template= >/dev/null
  mkdir -p "$GIT_DIR/info"
  # Bytes as they are, whatever .gitattributes of the sources say.
  echo '* -text -eol -ident -filter -working-tree-encoding' > "$GIT_DIR/info/attributes"
  echo "$top" > "$records/top"
  echo 0 > "$records/count"
elif [ "$(cat "$records/top")" != "$top" ]; then
  echo "packit: patches are applied in two directories: $(cat "$records/top") and $top" >&2
  exit 1
fi
save 'Before the patch'
before=$(g rev-parse HEAD)
number=$(($(cat "$records/count") + 1))
if [ -n "$input" ]; then cat -- "$input" > "$records/$number.patch"; else cat > "$records/$number.patch"; fi
if [ -z "$file" ]; then file=$input; fi
if [ -z "$file" ]; then
  file=$(readlink "/proc/$$/fd/0" || :)
  case $file in /*) ;; *) file= ;; esac
fi

am() {
  if g am --quiet --keep-non-patch --no-3way -p"$strip" \${sub:+--directory="$sub"} "$@" "$records/$number.patch" \\
    >/dev/null 2>&1; then return 0; fi
  g am --abort >/dev/null 2>&1 || :
  g reset --quiet --hard "$before"
  return 1
}
try_am() {
  case $strip in ''|*[!0-9]*) return 1 ;; esac
  if grep -q "$(printf '\\r')" "$records/$number.patch" && am --keep-cr; then return 0; fi
  am
}
try_apply() {
  case $kind in git|git_am) ;; *) return 1 ;; esac
  g apply --index --whitespace=nowarn -p"\${strip:-1}" \${sub:+--directory="$sub"} "$records/$number.patch"
}

how=patch
if [ -n "$reversed" ]; then
  how=reversed
  "$patch" --no-backup-if-mismatch "$@" < "$records/$number.patch"
  save '${NO_MESSAGE}'
elif try_am; then
  how=am
elif try_apply; then
  save '${NO_MESSAGE}'
else
  "$patch" --no-backup-if-mismatch "$@" < "$records/$number.patch"
  save '${NO_MESSAGE}'
fi
printf %s "\${file##*/}" > "$records/$number.name"
printf %s "$how" > "$records/$number.kind"
printf %s "$strip" > "$records/$number.strip"
printf %s "$sub" > "$records/$number.directory"
echo "$before $(g rev-parse HEAD)" > "$records/$number.range"
echo "$number" > "$records/count"
`;
