/** `packit ci run`: what an event starts, from acceptance to the last status. */
import type { Context } from '../../context.ts';
import { answerReply, atDesk, handleEvent, nothing, orderOf, readEvent } from './handling/index.ts';
import type { CiRunInput, CiRunResult, Mode } from './handling/index.ts';

/** @throws PackitError `CI_EVENT_UNREADABLE`, `CI_FORGE_UNKNOWN`, those of the configuration and of the forge */
export async function runCi(ctx: Context, input: CiRunInput): Promise<CiRunResult> {
  const given = readEvent(ctx, input);
  const { event } = given;
  if (event === undefined) {
    if (given.reply !== undefined) await answerReply(ctx, given.reply, input);
    return nothing(undefined, given.ignored);
  }
  return atDesk(ctx, event, async (desk) => {
    const mode: Mode = { order: orderOf(event, ctx.env), takeOver: false, acceptedOnly: false };
    return handleEvent(desk, event, input, mode);
  });
}
