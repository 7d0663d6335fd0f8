/**
 * One vocabulary for whatever runs elsewhere and is waited for: a build in one chroot, a task, a test, an image. Reports,
 * `--json`, statuses and exit codes are functions of these.
 */
import { EXIT } from './errors.ts';

/**
 * `queued`: accepted, not begun. `running`: under way. `succeeded`, `failed`, `cancelled`: as the service says.
 * `skipped`: the service left it out on purpose (an excluded architecture, a build it already has). `lost`: the service no
 * longer knows it, or it did not end before we had to stop looking.
 */
export type RunState = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'skipped' | 'lost';

/** One of the things a command waits for. Plain data: it goes into `--json` as it is. */
export interface Run {
  /** What tells it from its siblings: a chroot (`fedora-42-x86_64`), a Koji target, an image, a test plan. */
  name: string;
  state: RunState;
  /** Page for people. */
  url?: string;
  /** Where its log can be read; may be there before it ends. */
  log?: string;
  /** When the present state began, ISO 8601, UTC. */
  since?: string;
  /** From its start to its end, in seconds. */
  seconds?: number;
  /** The service's own word for the state where it says more, or why it failed: one line. */
  note?: string;
}

/** True if the state will not change any more. */
export function isFinal(state: RunState): boolean {
  return state !== 'queued' && state !== 'running';
}

/** True for the states a user is content with. */
export function isGood(state: RunState): boolean {
  return state === 'succeeded' || state === 'skipped';
}

/**
 * The state of all of them together: the least advanced while any is not final, then the worst. Nothing at all is
 * `skipped`.
 */
export function overallState(states: readonly RunState[]): RunState {
  const order: readonly RunState[] = [
    'running',
    'queued',
    'failed',
    'lost',
    'cancelled',
    'succeeded',
    'skipped',
  ];
  return order.find((state) => states.includes(state)) ?? 'skipped';
}

/**
 * Exit code for a finished set: 0 all good, 5 some good and some not, 2 none good, 3 none good and every bad one lost
 * (the service's fault).
 */
export function exitCodeOf(states: readonly RunState[]): number {
  const bad = states.filter((state) => !isGood(state));
  if (bad.length === 0) return EXIT.ok;
  if (bad.length < states.length) return EXIT.partial;
  return bad.every((state) => state === 'lost') ? EXIT.service : EXIT.failure;
}

/** `12 s`, `3 min 05 s`, `1 h 02 min`. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const two = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${two(whole % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}
