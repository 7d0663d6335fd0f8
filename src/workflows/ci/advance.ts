/** One event of a daemon, as far as it goes now: what is still under way is left to the next look. */
import type { Context } from '../../context.ts';
import type { ForgeKind } from '../../remote/forge/index.ts';
import { normalise } from './event/index.ts';
import type { Normalised } from './event/index.ts';
import { answerReply, atDesk, handleEvent, nothing, orderOf } from './handling/index.ts';
import type { CiRunInput, CiRunResult } from './handling/index.ts';

export interface CiAdvanceInput extends Pick<CiRunInput, 'instance' | 'commentPrefix' | 'report' | 'allow'> {
  /** What the event is called by its source. */
  name: string;
  payload: unknown;
  forge: ForgeKind | undefined;
}

export interface CiAdvance {
  result: CiRunResult;
  /** What the event is news of, whatever it starts itself. */
  news: Normalised['news'];
}

/**
 * Begins what is due and reports what has ended, once, without waiting. `ctx.env` names the run (`PACKIT_RUN_ID`), the same for every
 * look at one event.
 * @throws PackitError those of the configuration and of the forge
 */
export async function advanceCi(ctx: Context, input: CiAdvanceInput): Promise<CiAdvance> {
  const { name, payload, forge, commentPrefix } = input;
  const given = normalise({
    env: ctx.env,
    name,
    payload,
    ...(forge === undefined ? {} : { forge }),
    prefix: commentPrefix ?? '/packit',
  });
  const { event, news } = given;
  if (event === undefined) {
    if (given.reply !== undefined) await answerReply(ctx, given.reply, input);
    return { result: nothing(undefined, given.ignored), news };
  }
  const all = { jobs: [], packages: [], identifiers: [], targets: [], configPath: undefined };
  const source = { eventFile: undefined, eventName: name, forge };
  const result = await atDesk(ctx, event, (desk) =>
    handleEvent(
      desk,
      event,
      { ...all, ...source, ...input, requireConfig: false, wait: false, deadline: 0, keepSuperseded: false },
      { order: orderOf(event, ctx.env), takeOver: false, acceptedOnly: false },
    ),
  );
  return { result, news };
}
