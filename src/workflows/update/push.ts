/** Updates that have been in testing long enough, asked to become stable. */
import type { Context } from '../../context.ts';
import { isPackitError } from '../../errors.ts';
import type { Bodhi, BodhiUpdate } from '../../remote/bodhi/index.ts';
import { createHttpClient } from '../../remote/http/index.ts';
import { openCheckout, readUserConfig } from '../checkout.ts';
import type { CheckoutInput } from '../checkout.ts';
import { locatePackage } from '../dist-git/index.ts';
import { exitCodeOf, failureOf } from '../outcomes.ts';
import type { TargetFailure } from '../outcomes.ts';
import { openBodhi } from '../packaging-services/index.ts';

export interface PushUpdatesInput extends CheckoutInput {
  /** Only this update. */
  updateAlias?: string | undefined;
  fasUser?: string | undefined;
  keytab?: string | undefined;
}

export interface PushResult {
  package: string;
  alias: string;
  title: string;
  url: string;
  release: string;
  status: 'pushed' | 'planned' | 'not-pushed' | 'failed';
  /** Why it was not pushed. */
  reason: string | undefined;
  /** Stable: `TOO_YOUNG`, `LOCKED`, `REQUESTED`, `DATE_UNKNOWN`. */
  code: string | undefined;
  karma: number;
  /** Whole days in testing, and how many there have to be. */
  days: number | undefined;
  daysNeeded: number | undefined;
  meetsTestingRequirements: boolean | undefined;
  failure: TargetFailure | undefined;
}

export interface PushUpdatesResult {
  dryRun: boolean;
  updates: PushResult[];
  exitCode: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Pushes what is ready of every package; one that is refused keeps none of the others.
 * @throws PackitError what keeps all from being begun
 */
export async function pushUpdates(ctx: Context, input: PushUpdatesInput): Promise<PushUpdatesResult> {
  const userConfig = await readUserConfig(ctx, input);
  const checkout = await openCheckout(ctx, input);
  const http = createHttpClient(ctx);
  try {
    const bodhi = openBodhi({ ctx, http, userConfig });
    const results: PushResult[] = [];
    const seen = new Set<string>();
    for (const pkg of checkout.packages) {
      try {
        const { name } = locatePackage(pkg, userConfig, ctx.env);
        const query = { package: name, status: 'testing', alias: input.updateAlias };
        const found = await ctx.ui.step(`ask for updates of ${name}`, () => bodhi.updates(query));
        // An update may be of several packages.
        for (const update of found.filter(({ alias }) => !seen.has(alias))) {
          seen.add(update.alias);
          results.push(await pushOne(ctx, bodhi, { name: pkg.name, update }));
        }
      } catch (error) {
        const failure = failureOf(error, ctx);
        results.push({ ...NONE, package: pkg.name, reason: failure.message, code: failure.code, failure });
      }
    }
    return {
      dryRun: ctx.dryRun,
      updates: results,
      exitCode: exitCodeOf(results.map(({ failure }) => failure)),
    };
  } finally {
    await http.close();
    await checkout.scratch.dispose();
  }
}

const NONE: Omit<PushResult, 'package'> = {
  alias: '-',
  title: '',
  url: '',
  release: '',
  status: 'failed',
  reason: undefined,
  code: undefined,
  karma: 0,
  days: undefined,
  daysNeeded: undefined,
  meetsTestingRequirements: undefined,
  failure: undefined,
};

async function pushOne(
  ctx: Context,
  bodhi: Bodhi,
  { name, update }: { name: string; update: BodhiUpdate },
): Promise<PushResult> {
  const { alias, title, url, release, karma, meetsTestingRequirements } = update;
  const days = daysInTesting(update, ctx.now());
  const daysNeeded = update.stableDays;
  const facts = {
    package: name,
    alias,
    title,
    url,
    release,
    karma,
    days,
    daysNeeded,
    meetsTestingRequirements,
  };
  const refusal = whyNot(update, ctx.now());
  if (refusal !== undefined) return { ...facts, status: 'not-pushed', ...refusal, failure: undefined };
  const done = { ...facts, reason: undefined, code: undefined, failure: undefined };
  if (ctx.dryRun) return { ...done, status: 'planned' };
  try {
    await ctx.ui.step(`push ${alias}`, () => requestStable(bodhi, alias));
    return { ...done, status: 'pushed' };
  } catch (error) {
    const failure = failureOf(error, ctx);
    return { ...facts, status: 'failed', reason: failure.message, code: failure.code, failure };
  }
}

/** A refusal because it was done already, by a request whose answer was lost, is none. */
async function requestStable(bodhi: Bodhi, alias: string): Promise<void> {
  try {
    await bodhi.request(alias, 'stable');
  } catch (error) {
    if (!isPackitError(error) || error.code === 'INTERRUPTED') throw error;
    const now = await bodhi.update(alias).catch(() => undefined);
    if (now?.request !== 'stable' && now?.status !== 'stable') throw error;
  }
}

/** Why an update is not to be pushed. Pure. */
export function whyNot(update: BodhiUpdate, now: Date): { code: string; reason: string } | undefined {
  if (update.request === 'stable') return { code: 'REQUESTED', reason: 'it is on its way to stable already' };
  if (update.locked) return { code: 'LOCKED', reason: 'it is locked: a compose is under way' };
  const days = daysInTesting(update, now);
  const needed = update.stableDays;
  if (days === undefined || needed === undefined)
    return { code: 'DATE_UNKNOWN', reason: 'Bodhi does not say since when it is in testing' };
  if (days >= needed) return undefined;
  const left = needed - days;
  return {
    code: 'TOO_YOUNG',
    reason: `${days} of ${needed} days in testing: ${left} more ${left === 1 ? 'day' : 'days'}`,
  };
}

/** Whole days. */
function daysInTesting({ dateTesting }: BodhiUpdate, now: Date): number | undefined {
  return dateTesting === undefined
    ? undefined
    : Math.floor((now.getTime() - Date.parse(dateTesting)) / DAY_MS);
}
