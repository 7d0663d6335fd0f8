/** The handlers of `packit ci`, one look at a time: what has not come to its end is looked at again, by time or by a message. */
import { createHash } from 'node:crypto';
import { PackitError, isPackitError } from '../../errors.ts';
import { buildIdIn } from '../../remote/copr/index.ts';
import { farmRequestIdIn } from '../../remote/testing-farm/index.ts';
import { advanceCi, sweepCi } from '../ci/index.ts';
import type { CiAdvance, CiUnit } from '../ci/index.ts';
import type { Context } from '../../context.ts';
import type { SeenProject } from './queued-event.ts';
import type { Handle, Handled, HandledEvent } from './types.ts';

export interface HandleOptions {
  /** Which of `packit_instances` this is. */
  instance: string | undefined;
  commentPrefix: string | undefined;
}

export function createHandle(options: HandleOptions): Handle {
  return async (ctx, event) => {
    // All looks at one event are one run, whichever process does them.
    const named = { ...ctx, env: { ...ctx.env, PACKIT_RUN_ID: runIdOf(event) } };
    if (event.source === 'sweep') return sweep(named, event, options);
    if (event.name === 'testing-farm') return farmNews(event);
    const { name, payload, forge } = event;
    const { instance, commentPrefix } = options;
    const input = { instance, commentPrefix, report: 'statuses' as const, allow: undefined };
    let advance: CiAdvance;
    try {
      advance = await advanceCi(named, { ...input, name, payload, forge });
    } catch (error) {
      // Those whom it concerns have been told, and nobody else can mend it.
      if (!isPackitError(error) || !error.code.startsWith('CONFIG_')) throw error;
      return { outcome: 'done', note: `the configuration cannot be used: ${error.message}` };
    }
    const { result, news } = advance;
    const wakes = news === undefined ? {} : { wakes: `${news.service} ${news.id}` };
    if (result.ignored !== undefined) return { outcome: 'ignored', note: result.ignored, ...wakes };
    const note = sentenceOf(result.units);
    if (result.finished) return { outcome: 'done', note, ...wakes };
    return { outcome: 'later', note, waitsFor: awaited(result.units), ...wakes };
  };
}

function runIdOf({ id }: HandledEvent): string {
  return createHash('sha256').update(id).digest('hex').slice(0, 16);
}

/** Testing Farm says which request has changed, and nothing else. */
function farmNews({ payload }: HandledEvent): Handled {
  const id =
    typeof payload === 'object' && payload !== null && 'request_id' in payload
      ? String(payload.request_id)
      : '';
  return {
    outcome: 'ignored',
    note: `request ${id} of Testing Farm has changed`,
    wakes: `testing-farm ${id}`,
  };
}

async function sweep(ctx: Context, { payload }: HandledEvent, options: HandleOptions): Promise<Handled> {
  const { forge, instanceUrl, project } = payload as SeenProject;
  const repository = `${instanceUrl}/${project.namespace}/${project.name}`;
  const { swept, failed } = await sweepCi(ctx, {
    ...options,
    repository,
    forge,
    report: 'statuses',
    allow: undefined,
    requireConfig: false,
    eventFile: undefined,
    eventName: undefined,
    jobs: [],
    packages: [],
    identifiers: [],
    targets: [],
    configPath: undefined,
  });
  const [first] = failed;
  if (first !== undefined && swept.length === 0) {
    // The next sweep is the next attempt.
    throw new PackitError(first.code, `Nothing of ${repository} could be swept: ${first.message}`);
  }
  const open = swept.filter(({ finished }) => !finished).length;
  return {
    outcome: 'done',
    note: `${repository}: ${swept.length} looked at, ${open} still under way, ${failed.length} failed`,
  };
}

/** `7 statuses: 3 success, 4 pending` */
function sentenceOf(units: readonly CiUnit[]): string {
  if (units.length === 0) return 'no job is for it';
  const states = new Map<string, number>();
  for (const { state } of units) states.set(state, (states.get(state) ?? 0) + 1);
  const counts = [...states].map(([state, count]) => `${count} ${state}`).join(', ');
  return `${units.length} ${units.length === 1 ? 'status' : 'statuses'}: ${counts}`;
}

const UNDER_WAY = new Set(['pending', 'running']);

/** By the addresses of their statuses: builds in Copr and requests to Testing Farm. */
function awaited(units: readonly CiUnit[]): string[] {
  const keys = units.flatMap(({ state, url }) => {
    if (!UNDER_WAY.has(state)) return [];
    const farm = farmRequestIdIn(url);
    if (farm !== undefined) return [`testing-farm ${farm}`];
    const build = buildIdIn(url);
    return build === undefined ? [] : [`copr ${build}`];
  });
  return [...new Set(keys)];
}
