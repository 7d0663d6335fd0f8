/** Where tests keep their files: in memory where that can be had, because they make and remove some hundred thousand. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Bytes that must be free: ten times what the tests have at one time. */
const ROOM = 4 * 1024 ** 3;

/** A new directory for everything a run leaves behind; `TMPDIR` decides where there is one. */
export function scratchDirectory(shared = '/dev/shm') {
  if (process.env.TMPDIR === undefined && hasRoom(shared)) {
    try {
      const directory = mkdtempSync(join(shared, 'packit-'));
      if (runsPrograms(directory)) return directory;
      rmSync(directory, { recursive: true });
    } catch {
      // Not ours to write to.
    }
  }
  return mkdtempSync(join(tmpdir(), 'packit-tests-'));
}

function hasRoom(directory) {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize >= ROOM && process.availableMemory() >= 2 * ROOM;
  } catch {
    return false;
  }
}

/** Some systems mount it so that nothing in it can be executed. */
function runsPrograms(directory) {
  const program = join(directory, 'program');
  writeFileSync(program, '#!/bin/sh\nexit 0\n');
  chmodSync(program, 0o755);
  const { status } = spawnSync(program);
  rmSync(program);
  return status === 0;
}
