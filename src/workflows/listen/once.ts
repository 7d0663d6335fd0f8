/** One event from a file, handled here and now: for trying things out, and for a dead letter. No broker is needed. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Context } from '../../context.ts';
import { PackitError, messageOf } from '../../errors.ts';
import { forgeKindIn } from '../../remote/forge/index.ts';
import { topicName } from '../../remote/fedora-messaging/index.ts';
import { fromMessage } from './queued-event.ts';
import type { Handle, Handled, HandledEvent } from './types.ts';

export interface OnceInput {
  file: string;
  /** For a payload without its envelope: what the event is called, and where it is from. */
  eventName: string | undefined;
  forge: string | undefined;
}

export interface OnceResult extends Handled {
  event: Omit<HandledEvent, 'payload'>;
}

/** @throws PackitError `EVENT_UNREADABLE`, and what the handler throws */
export async function handleOnce(ctx: Context, input: OnceInput, handle: Handle): Promise<OnceResult> {
  const event = readEventFile(resolve(ctx.cwd, input.file), input);
  const { payload: _, ...named } = event;
  return { event: named, ...(await handle(ctx, event)) };
}

/** @throws PackitError `EVENT_UNREADABLE` */
export function readEventFile(
  path: string,
  { eventName, forge }: Pick<OnceInput, 'eventName' | 'forge'>,
): HandledEvent {
  let text: string;
  let value: unknown;
  try {
    text = readFileSync(path, 'utf8');
    value = JSON.parse(text);
  } catch (cause) {
    throw unreadable(path, messageOf(cause), cause);
  }
  if (typeof value !== 'object' || value === null) throw unreadable(path, 'it is no JSON object');
  if ('version' in value && 'source' in value && 'payload' in value) return fromMessage(text);
  // As fedora-messaging stores messages: {body, headers, id, topic}.
  if ('topic' in value && 'body' in value && typeof value.topic === 'string') {
    const id = 'id' in value && typeof value.id === 'string' ? value.id : path;
    const name = topicName(value.topic);
    const kind = name.startsWith('pagure.') ? { forge: 'pagure' as const } : {};
    return { source: 'message', ...kind, name, payload: value.body, id: `message:${id}` };
  }
  if (eventName === undefined)
    throw unreadable(path, 'it does not say what the event is called: --event-name pull_request');
  const kind = forgeKindIn(forge);
  if (forge !== undefined && kind === undefined) throw unreadable(path, `there is no forge "${forge}"`);
  // Names with dots are topics of messages.
  const isMessage = eventName.includes('.');
  const name = isMessage ? topicName(eventName) : eventName;
  const from =
    kind ??
    (isMessage ? undefined : 'github' in value ? 'github' : 'object_kind' in value ? 'gitlab' : 'github');
  return {
    source: isMessage ? 'message' : 'webhook',
    ...(from === undefined ? {} : { forge: from }),
    name,
    payload: value,
    id: `file:${path}`,
  };
}

function unreadable(path: string, why: string, cause?: unknown): PackitError {
  return new PackitError('EVENT_UNREADABLE', `The event in ${path} cannot be read: ${why}`, {
    hint: 'Give the JSON of a webhook or of a message, or what packit listen dead show prints.',
    ...(cause === undefined ? {} : { cause }),
  });
}
