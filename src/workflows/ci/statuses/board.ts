/**
 * The statuses of one commit as packit keeps them: read, written only where something changes, and never over the work of a
 * newer run. Where the account may not set statuses, they are kept in memory, and a comment says how everything ended.
 */
import type { Context } from '../../../context.ts';
import { ServiceError } from '../../../errors.ts';
import type { Forge, ProjectRef } from '../../../remote/forge/index.ts';
import { foreignClaim, isOtherOrder, winner } from './claim.ts';
import { readOwn, statusId } from './own.ts';
import { claimUrl, isEnd, looksSame, toRecord } from './record.ts';
import type { Claim, Shown, StatusRecord } from './record.ts';
import { statusText } from './texts.ts';

export interface BoardOptions {
  ctx: Context;
  forge: Forge;
  project: ProjectRef;
  sha: string;
  /** Account of the token: statuses of others are not believed. Undefined: nobody is known, nothing is believed. */
  me: string | undefined;
  claim: Claim;
  /** Page of the CI job, or of what happened. */
  page: string;
  /** Earlier runs for the event have ended, says the user: their claims hold no more. */
  takeOver: boolean;
  /** Nothing is written. */
  quiet: boolean;
}

export interface Board {
  /** The latest own status of a name. */
  record(name: string): StatusRecord | undefined;
  /** Every own one that is known, oldest first: also what a claim has replaced on forges that keep the last alone. */
  history(name: string): StatusRecord[];
  /** Reads anew what the forge has. */
  read(): Promise<void>;
  /** Takes a unit for this run. False: another run has it. */
  claim(name: string, description: string, cause: string): Promise<boolean>;
  /** Makes the statuses look so; what is taken by a newer run is left alone. */
  show(statuses: ReadonlyMap<string, Shown>): Promise<void>;
  /** True if a newer run reports under this name. */
  isTaken(name: string): boolean;
  /** What the name shows now, written or not. */
  now(name: string): Shown | undefined;
  /** Page of the CI job, or of what happened: where a status has nothing better to point at. */
  readonly page: string;
  /** True if statuses were refused: a comment has to tell. */
  readonly refused: boolean;
}

/** Milliseconds between a claim and the look at who has it, where the forge keeps the last status alone. */
const SETTLING_MS = 2000;

export function createBoard(options: BoardOptions): Board {
  const { ctx, forge, project, sha, me, quiet } = options;
  const history = forge.kind === 'github' || forge.kind === 'forgejo';
  let records = new Map<string, StatusRecord[]>();
  const shown = new Map<string, Shown>();
  const taken = new Set<string>();
  const replaced = new Map<string, StatusRecord[]>();
  let refused = false;

  async function read(): Promise<void> {
    // Events without a commit, as a release that was announced, have none.
    if (me === undefined || sha === '') return;
    records = await readOwn(forge, project, sha, me);
    for (const [id, list] of records) {
      const last = list.at(-1);
      if (last !== undefined && isNewer(last, shown.get(id), options.claim)) taken.add(id);
    }
  }

  /** What a name shows, written or not. */
  function now(name: string): Shown | undefined {
    const id = statusId(name);
    return shown.get(id) ?? records.get(id)?.at(-1);
  }

  async function write(name: string, wanted: Shown, always = false): Promise<void> {
    const before = now(name);
    shown.set(statusId(name), wanted);
    if (quiet || refused) return;
    if (!always && before !== undefined && looksSame(before, wanted)) return;
    try {
      await forge.setStatus(project, sha, { name, ...wanted });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refused = true;
      ctx.ui.warn({
        code: 'CI_STATUS_REFUSED',
        message: `Statuses cannot be set on ${project.namespace}/${project.name}: ${error.message}`,
        hint: 'Give the token the right to set commit statuses. Until then a comment tells how everything ended.',
      });
    }
  }

  return {
    record: (name) => records.get(statusId(name))?.at(-1),
    history: (name) => [...(replaced.get(statusId(name)) ?? []), ...(records.get(statusId(name)) ?? [])],
    read,
    now,
    isTaken: (name) => taken.has(statusId(name)),
    page: options.page,
    get refused() {
      return refused;
    },
    async claim(name, description, cause) {
      const id = statusId(name);
      const { run } = options.claim;
      const claim = { run, cause };
      const present = records.get(id) ?? [];
      const question = { records: present, run, cause, now: ctx.now().getTime() / 1000 };
      if (!options.takeOver && foreignClaim(question) !== undefined) return false;
      const last = present.at(-1);
      if (last !== undefined) replaced.set(id, [...(replaced.get(id) ?? []), last]);
      const base = last?.id;
      const url = claimUrl(options.page, claim);
      // Also where it looks the same: it is the moment that counts.
      await write(name, { state: 'pending', description: statusText(description), url }, true);
      if (quiet || refused) return true;
      if (!history) await ctx.sleep(Number(ctx.env.PACKIT_RETRY_DELAY ?? SETTLING_MS), ctx.signal);
      await read();
      const first = winner({ records: records.get(id) ?? [], cause }, history ? base : undefined, history);
      return first === undefined || first === run;
    },
    async show(statuses) {
      const changed = [...statuses].filter(([name, wanted]) => {
        const before = now(name);
        return before === undefined || !looksSame(before, wanted);
      });
      if (changed.length === 0) {
        for (const [name, wanted] of statuses) shown.set(statusId(name), wanted);
        return;
      }
      if (!quiet && !refused) await read();
      // One after the other, as forges ask for; final states first should the budget end.
      const order = changed.toSorted(([, a], [, b]) => Number(isEnd(b.state)) - Number(isEnd(a.state)));
      for (const [name, wanted] of order) {
        if (!taken.has(statusId(name)))
          await write(name, { ...wanted, description: statusText(wanted.description) });
      }
    },
  };
}

/** Somebody has written since: of a later build, or by another person's order than ours. */
function isNewer(last: StatusRecord, mine: Shown | undefined, own: Claim): boolean {
  if (mine === undefined || looksSame(last, mine)) return false;
  const ours = toRecord({ ...mine, name: '', id: '', creator: undefined, updatedAt: undefined });
  if (last.build !== undefined && ours.build !== undefined) return Number(last.build) > Number(ours.build);
  return last.claim !== undefined && !isEnd(last.state) && isOtherOrder(last.claim, own);
}

function isRefusal(error: unknown): error is ServiceError {
  return (
    error instanceof ServiceError &&
    (error.code === 'FORGE_FORBIDDEN' ||
      error.code === 'FORGE_NOT_FOUND' ||
      error.code === 'FORGE_TOKEN_MISSING')
  );
}
