/** Looking into SRPMs, and forgetting what differs from run to run. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';

/** Unpacks a SRPM into a new directory. */
export function unpack(path, directory) {
  mkdirSync(directory);
  execFileSync('sh', ['-c', 'rpm2archive -n - < "$1" | tar -x', 'sh', path], { cwd: directory });
  const format = '%{NAME}\n%{VERSION}\n%{RELEASE}';
  const fields = execFileSync('rpm', ['-qp', '--nosignature', '--qf', format, path], { encoding: 'utf8' });
  const [name, version, release] = fields.split('\n');
  return {
    file: basename(path),
    nvr: { name, version, release },
    members: readdirSync(directory).toSorted(),
    directory,
  };
}

/** Times and dates are another with every run. */
export function timeless(text) {
  return text
    .replace(/\b20\d{18}\b/g, 'TIME')
    .replace(/\b20\d{10}Z?(?=\.)/g, 'TIME')
    .replace(/\* [A-Z][a-z]{2} [A-Z][a-z]{2} +\d{1,2} 20\d\d/g, '* DATE');
}
