#!/usr/bin/env bash
# The one step of the action, under the variables that GitHub Actions sets. What action.yml's inputs hold comes as INPUT_*.
set -euo pipefail

# What stops this script itself is shown as packit's own errors are, with the exit code that they have.
fail() {
  echo "::error::$1"
  printf 'exit-code=2\nresult=\n' >> "$GITHUB_OUTPUT"
  if [ "$INPUT_SUMMARY" != false ]; then printf '### packit: exit code 2\n%s\n' "$1" >> "$GITHUB_STEP_SUMMARY"; fi
  exit 2
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
scratch=$(mktemp -d "${RUNNER_TEMP:-/tmp}/packit-action.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

if [ "$INPUT_VERSION" = installed ]; then
  command -v packit > /dev/null || fail "There is no packit on PATH: install it in a step before, or leave the input 'version' out."
  packit=(packit)
else
  command -v npx > /dev/null || fail "There is no npx on PATH: packit needs Node.js 20.19 or newer (actions/setup-node)."
  # Who names this action by commit has named packit's version with it.
  own=$(node -p 'JSON.parse(require("fs").readFileSync(process.argv[1], "utf8")).version' "$here/../../package.json")
  packit=(npx --yes --package "packit-cli@${INPUT_VERSION:-$own}" -- packit)
fi
read -r -a words <<< "${INPUT_COMMAND//[$'\n\r']/ }"
arguments=()
while IFS= read -r line; do
  # A form on a web page ends its lines so.
  line=${line%$'\r'}
  if [ -n "$line" ]; then arguments+=("$line"); fi
done <<< "$INPUT_ARGUMENTS"

environment=("GITHUB_TOKEN=$INPUT_GITHUB_TOKEN")
if [ -n "$INPUT_TESTING_FARM_TOKEN" ]; then
  environment+=("TESTING_FARM_API_TOKEN=$INPUT_TESTING_FARM_TOKEN")
fi
if [ -n "$INPUT_COPR_CONFIG" ]; then
  # A runner that is a service may have none.
  home=${HOME:-$scratch/home}
  # Copr's clients look below HOME. This one goes when the step ends; what else is in the real one stays in use.
  (umask 077 && mkdir -p "$scratch/home/.config" && printf '%s\n' "$INPUT_COPR_CONFIG" > "$scratch/home/.config/copr")
  environment+=(
    "HOME=$scratch/home"
    "XDG_CONFIG_HOME=${XDG_CONFIG_HOME:-$home/.config}"
    "XDG_CACHE_HOME=${XDG_CACHE_HOME:-$home/.cache}"
    "GIT_CONFIG_GLOBAL=${GIT_CONFIG_GLOBAL:-$home/.gitconfig}"
    "npm_config_cache=${npm_config_cache:-$home/.npm}"
  )
fi
export "${environment[@]}"
unset INPUT_GITHUB_TOKEN INPUT_TESTING_FARM_TOKEN INPUT_COPR_CONFIG

cd "$INPUT_PATH" 2> /dev/null || fail "The input 'path' names no directory of the workspace: ${INPUT_PATH//$'\n'/ }"
# A job that is cancelled: GitHub tells this shell alone, and ends everything some seconds later.
child=
told=
stop() {
  told=yes
  if [ -n "$child" ]; then kill -TERM "$child" 2> /dev/null || true; fi
}
trap stop INT TERM

# Both streams are shown as they come, and kept.
mkfifo "$scratch/out" "$scratch/err"
tee "$scratch/stdout" < "$scratch/out" &
results=$!
tee "$scratch/stderr" < "$scratch/err" >&2 &
messages=$!
"${packit[@]}" ${words[@]+"${words[@]}"} ${arguments[@]+"${arguments[@]}"} > "$scratch/out" 2> "$scratch/err" &
child=$!
if [ -n "$told" ]; then stop; fi
while true; do
  told=
  code=0
  wait "$child" || code=$?
  # A signal ends the waiting, not what is waited for.
  if [ -z "$told" ]; then break; fi
done
wait "$results" "$messages"

# GitHub takes no more than a megabyte.
limit=900000
delimiter="packit-$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
if [ "$(wc -c < "$scratch/stdout")" -gt "$limit" ]; then
  echo "::warning::The output 'result' has the first $limit bytes of what packit printed; GitHub takes no more."
fi
# As in $(...): a path can be used as it is, without the end of its line.
result=$(head -c "$limit" "$scratch/stdout" | tr -d '\0')
{
  echo "exit-code=$code"
  printf 'result<<%s\n%s\n%s\n' "$delimiter" "$result" "$delimiter"
} >> "$GITHUB_OUTPUT"

# A block of code that nothing in it can end.
block() {
  local fence='```'
  while grep --quiet --fixed-strings -- "$fence" "$1"; do fence="$fence\`"; done
  printf '%s\n' "$fence"
  cat "$1"
  printf '\n%s\n' "$fence"
}

if [ "$INPUT_SUMMARY" != false ]; then
  head -c "$limit" "$scratch/stdout" > "$scratch/shown"
  # As one would type it.
  {
    printf packit
    for word in ${words[@]+"${words[@]}"} ${arguments[@]+"${arguments[@]}"}; do printf ' %q' "$word"; done
  } > "$scratch/command"
  # Annotations are shown elsewhere.
  { grep --invert-match '^::' "$scratch/stderr" || true; } | tail -n 40 | tail -c 50000 > "$scratch/said"
  {
    if [ "$code" -eq 0 ]; then echo '### packit: done'; else echo "### packit: exit code $code"; fi
    block "$scratch/command"
    if [ -s "$scratch/shown" ]; then block "$scratch/shown"; fi
    if [ "$code" -ne 0 ] && [ -s "$scratch/said" ]; then block "$scratch/said"; fi
  } >> "$GITHUB_STEP_SUMMARY"
fi
exit "$code"
