/** Which distribution this is, from `/etc/os-release` (os-release(5)). */
import { readFile } from 'node:fs/promises';

/** The text of the file; empty where there is none. */
export async function readOsRelease(): Promise<string> {
  for (const file of ['/etc/os-release', '/usr/lib/os-release']) {
    try {
      return await readFile(file, 'utf8');
    } catch {
      // The other one, then.
    }
  }
  return '';
}

/** The value of a key such as `PRETTY_NAME`, without its quotes. */
export function osReleaseValue(osRelease: string, key: string): string | undefined {
  const match = new RegExp(`^${key}=(.*)$`, 'm').exec(osRelease);
  return match?.[1]?.trim().replace(/^(["'])(.*)\1$/, '$2');
}

/** `Fedora Linux 43 (Workstation Edition)`. */
export function osName(osRelease: string): string | undefined {
  return osReleaseValue(osRelease, 'PRETTY_NAME') ?? osReleaseValue(osRelease, 'NAME');
}
