/** `packit ci run`: what an event starts, from acceptance to the last status. */
import type { Context } from '../../context.ts';
import { atDesk } from './desk.ts';
import { handleEvent } from './handle.ts';
import type { CiRunInput, Mode } from './handle.ts';
import { orderOf } from './order.ts';
import { readEvent } from './plan.ts';
import { nothing } from './result.ts';
import type { CiRunResult } from './result.ts';

/** @throws PackitError `CI_EVENT_UNREADABLE`, `CI_FORGE_UNKNOWN`, those of the configuration and of the forge */
export async function runCi(ctx: Context, input: CiRunInput): Promise<CiRunResult> {
  const { event, ignored } = readEvent(ctx, input);
  if (event === undefined) return nothing(undefined, ignored);
  return atDesk(ctx, event, async (desk) => {
    const mode: Mode = { order: orderOf(event, ctx.env), takeOver: false, acceptedOnly: false };
    return handleEvent(desk, event, input, mode);
  });
}
