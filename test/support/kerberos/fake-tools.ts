/**
 * `klist` with a ticket, and `curl` that says so to servers without a KDC anywhere: what is sent is real, who it is from is
 * believed.
 */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const KLIST = `#!/bin/sh
echo 'Ticket cache: FILE:/tmp/krb5cc_test'
echo "Default principal: jane@FEDORAPROJECT.ORG"
echo
echo 'Valid starting     Expires            Service principal'
echo '01/01/24 00:00:00  01/01/38 00:00:00  krbtgt/FEDORAPROJECT.ORG@FEDORAPROJECT.ORG'
`;

/** Without its own Kerberos, which would find no ticket, and with the header that it would make. */
const CURL = `#!/bin/bash
arguments=()
while test $# -gt 0; do
  case "$1" in
    --negotiate) ;;
    --user) shift ;;
    *) arguments+=("$1") ;;
  esac
  shift
done
PATH=\${PATH#*:} exec curl --location-trusted --max-redirs 0 --header 'Authorization: Negotiate dGlja2V0IG9mIGphbmU=' "\${arguments[@]}"
`;

/** Returns a `PATH` that begins with the programs, which are put into a directory below `parent`. */
export function fakeKerberos(parent: string, path = process.env.PATH ?? '/usr/bin:/bin'): string {
  const directory = join(parent, 'kerberos-bin');
  mkdirSync(directory, { recursive: true });
  for (const [name, text] of Object.entries({ klist: KLIST, curl: CURL })) {
    writeFileSync(join(directory, name), text);
    chmodSync(join(directory, name), 0o755);
  }
  return `${directory}:${path}`;
}
