/** Who may start what, and with which rights. */
export { ALLOW_LIST_FILE, parseAllowList } from './allow-list.ts';
export type { AllowList } from './allow-list.ts';
export { mayCommand } from './commands.ts';
export { judge } from './judge.ts';
export type { JudgeInput } from './judge.ts';
export { readAllowList } from './read-allow-list.ts';
export type { ReadAllowListInput } from './read-allow-list.ts';
export { openFasjson } from './packagers.ts';
export { ensureTicket } from './tickets.ts';
export type { EnsuredTicket, Ticket } from './tickets.ts';
export type { Trust, Verdict } from './verdict.ts';
export { withoutPower } from './without-power.ts';
export type { Ignored, WithoutPower } from './without-power.ts';
