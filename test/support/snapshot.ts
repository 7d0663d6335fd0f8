/** What a directory looks like, to show that nothing in it changed. */
import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { Buffer } from 'node:buffer';

/**
 * Every path below `dir` with its type, mode, modification time and content. `.git` is included, but for what git itself keeps
 * for speed alone.
 */
export function snapshot(
  dir: string,
  ignore: (path: string) => boolean = () => false,
): Record<string, string> {
  const result: Record<string, string> = {};
  const walk = (directory: Buffer, path: string): void => {
    for (const entry of readdirSync(directory, { withFileTypes: true, encoding: 'buffer' })) {
      const file = Buffer.concat([directory, Buffer.from('/'), entry.name]);
      const name = `${path}${entry.name.toString('latin1')}`;
      if (ignore(name)) continue;
      const { mode, mtimeNs, size } = lstatSync(file, { bigint: true });
      if (entry.isDirectory()) {
        result[name] = `directory ${mode.toString(8)}`;
        walk(file, `${name}/`);
      } else if (entry.isSymbolicLink()) {
        result[name] = `link ${readlinkSync(file, 'latin1')}`;
      } else {
        const hash = createHash('sha256').update(readFileSync(file)).digest('hex');
        result[name] = `file ${mode.toString(8)} ${mtimeNs} ${size} ${hash}`;
      }
    }
  };
  walk(Buffer.from(dir), '');
  return result;
}
