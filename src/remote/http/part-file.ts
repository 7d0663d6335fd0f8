/** What a broken download leaves behind, and whether it can be gone on with. */
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { onDisk } from './disk.ts';
import type { Incoming } from './engine.ts';
import { displayUrl } from './url.ts';

/** What the bytes in `<file>.part` belong to: kept beside it, so that a later run can go on. */
interface PartFacts {
  url: string;
  validator: string;
}

export interface Transfer {
  part: string;
  facts: string;
  url: URL;
  resumedFrom: number;
}

/** How much of the file is here already, if the server can be asked to go on from there. */
export async function resumable(
  transfer: Transfer,
): Promise<{ size: number; validator: string } | undefined> {
  try {
    const { size } = await stat(transfer.part);
    const facts = JSON.parse(await readFile(transfer.facts, 'utf8')) as Partial<PartFacts>;
    if (size === 0 || facts.url !== displayUrl(transfer.url) || typeof facts.validator !== 'string')
      return undefined;
    return { size, validator: facts.validator };
  } catch {
    return undefined;
  }
}

/** Only a strong validator can tell that the rest belongs to what is here (RFC 9110, 13.1.5). */
export async function noteFacts(transfer: Transfer, incoming: Incoming): Promise<void> {
  if (incoming.status === 206) return;
  const { etag, 'last-modified': modified } = incoming.headers;
  const validator = etag !== undefined && !etag.startsWith('W/') ? etag : modified;
  if (validator === undefined) return rm(transfer.facts, { force: true });
  const facts: PartFacts = { url: displayUrl(transfer.url), validator };
  // The old bytes must go first: a crash in between must not leave them with new facts.
  await onDisk(transfer.part, async () => {
    await rm(transfer.part, { force: true });
    await writeFile(transfer.facts, JSON.stringify(facts));
  });
}

export async function forget(transfer: Transfer): Promise<void> {
  await rm(transfer.part, { force: true });
  await rm(transfer.facts, { force: true });
}
