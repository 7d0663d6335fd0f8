/** From a request of a forge to an event, or to the answer that it gets at once. Pure. */
import { createHash, randomUUID } from 'node:crypto';
import { one, sameText, signatureProblem } from './signature.ts';
import type { WebhookForge } from './signature.ts';
import type { HandledEvent } from '../types.ts';

/** What the senders know. A source without a secret is not listened to. */
export interface WebhookSecrets {
  github?: string;
  gitlab?: string;
  forgejo?: string;
  /** Sent back by Testing Farm in the body. */
  testingFarm?: string;
}

export interface WebhookRequest {
  /** Of the URL: `/webhooks/github`. */
  path: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Uint8Array;
}

/** An event to be queued, or an answer. */
export type Received =
  | { event: HandledEvent; status?: never; text?: never }
  | { event?: never; status: number; text: string; from: string };

interface Source {
  secret: keyof WebhookSecrets;
  /** Header with the event's name. */
  event: readonly string[];
  /** Header that is the same when a delivery is repeated. */
  delivery: readonly string[];
  /** Names that may start something; others are thanked for. */
  names: readonly string[];
}

/** As the hosted service lets them in. */
const SOURCES: Readonly<Record<WebhookForge, Source>> = {
  github: {
    secret: 'github',
    event: ['x-github-event'],
    delivery: ['x-github-delivery'],
    names: [
      'check_run',
      'commit_comment',
      'installation',
      'issue_comment',
      'pull_request',
      'push',
      'release',
    ],
  },
  gitlab: {
    secret: 'gitlab',
    event: ['x-gitlab-event'],
    // The first stays the same when a delivery is repeated.
    delivery: ['idempotency-key', 'x-gitlab-event-uuid'],
    names: ['Merge Request Hook', 'Note Hook', 'Push Hook', 'Release Hook'],
  },
  forgejo: {
    secret: 'forgejo',
    event: ['x-forgejo-event', 'x-gitea-event'],
    delivery: ['x-forgejo-delivery', 'x-gitea-delivery'],
    names: ['issue_comment', 'pull_request', 'push', 'release'],
  },
};

export function receive(request: WebhookRequest, secrets: WebhookSecrets): Received {
  const from = /^\/webhooks\/([a-z-]+)\/?$/.exec(request.path)?.[1];
  if (from === 'testing-farm') return receiveFromTestingFarm(request, secrets.testingFarm);
  if (from !== 'github' && from !== 'gitlab' && from !== 'forgejo') {
    return {
      status: 404,
      text: 'webhooks are taken at /webhooks/github, /webhooks/gitlab and /webhooks/forgejo',
      from: 'nobody',
    };
  }
  const source = SOURCES[from];
  const secret = secrets[source.secret];
  const answer = (status: number, text: string): Received => ({ status, text, from });
  if (secret === undefined) return answer(404, `no secret for ${from} is set up here`);
  const wrong = signatureProblem(from, secret, request.headers, request.body);
  if (wrong !== undefined) return answer(403, `the request is not taken: ${wrong}`);
  const header = (names: readonly string[]): string | undefined =>
    names.map((name) => one(request.headers, name)).find((value) => value !== undefined);
  const name = header(source.event);
  if (name === undefined) return answer(400, `there is no header ${source.event[0]}`);
  if (!source.names.includes(name)) return answer(202, `events of the kind "${name}" start nothing`);
  const payload = parse(request.body);
  if (payload === undefined)
    return answer(400, 'the body is no JSON: set the content type of the webhook to application/json');
  const delivery = header(source.delivery) ?? createHash('sha256').update(request.body).digest('hex');
  return { event: { source: 'webhook', forge: from, name, payload, id: `${from}:${delivery}` } };
}

/** It says only which request has changed, and the token it was given; what became of it is asked for. */
function receiveFromTestingFarm({ body }: WebhookRequest, secret: string | undefined): Received {
  const answer = (status: number, text: string): Received => ({ status, text, from: 'testing-farm' });
  if (secret === undefined) return answer(404, 'no token for Testing Farm is set up here');
  const payload = parse(body);
  const { request_id: id, token } = { ...payload };
  if (typeof token !== 'string' || !sameText(token, secret))
    return answer(403, 'the request is not taken: its token is another one');
  if (typeof id !== 'string' || !/^[0-9a-f-]{1,64}$/i.test(id)) return answer(400, 'there is no request_id');
  // The token stays here. Each notice is another state of the request, so that none repeats another.
  return {
    event: {
      source: 'webhook',
      name: 'testing-farm',
      payload: { request_id: id },
      id: `testing-farm:${id}:${randomUUID()}`,
    },
  };
}

function parse(body: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
