/**
 * How Gitbeaker's requests travel: over packit's own transport, so that proxies, certificates, retries and
 * dry runs are the same everywhere. Its own requester knows none of these and hides the answer's body.
 */
import type { Projects } from '@gitbeaker/rest';
import { parseJson, textOf } from '../api.ts';
import type { ClientOptions } from '../api.ts';
import type { Sending } from '../transport.ts';

export type ResourceOptions = NonNullable<ConstructorParameters<typeof Projects>[0]>;
type RequesterFn = NonNullable<ResourceOptions['requesterFn']>;
type Requester = ReturnType<RequesterFn>;
type RequestOptions = Parameters<Requester['get']>[1];
type Answer = Awaited<ReturnType<Requester['get']>>;

/** An answer that is no success; the client adds what it was about. */
export class GitLabRefusal extends Error {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;

  constructor(status: number, headers: Headers, body: unknown) {
    super(`GitLab answered ${status}`);
    this.status = status;
    this.headers = headers;
    this.body = body;
  }
}

/** What every Gitbeaker resource is made with. `nature`: what is so of all its requests. */
export function resourceOptions(
  { instanceUrl, token, send }: ClientOptions,
  nature: Pick<Sending, 'repeatable'> = {},
): ResourceOptions {
  const requesterFn = createRequester(token, (request) => send({ ...request, ...nature }));
  const base = { host: instanceUrl, queryTimeout: null, requesterFn };
  // The type wants a token; an empty one is never sent.
  return { ...base, oauthToken: token ?? '' };
}

function createRequester(token: string | undefined, send: ClientOptions['send']): RequesterFn {
  return ({ url }) => {
    const via =
      (method: Sending['method']) =>
      async (endpoint: string, options: RequestOptions): Promise<Answer> => {
        const headers: Record<string, string> = { accept: 'application/json' };
        // GitLab takes personal tokens here too, and fetch drops this header on a redirect to
        // another host, which it does not do for `Private-Token`.
        if (token !== undefined) headers.authorization = `Bearer ${token}`;
        const request: Sending = {
          method,
          // Some resources end in a slash: `.../api/v4/`, `.../api/v4/projects`.
          url: `${url.replace(/\/$/, '')}/${endpoint}${queryOf(options?.searchParams)}`,
          headers,
        };
        if (method !== 'GET' && options?.body !== undefined && !(options.body instanceof FormData)) {
          headers['content-type'] = 'application/json';
          request.body = JSON.stringify(snakeCased(options.body));
        }
        const reply = await send(request);
        const text = textOf(reply.bytes);
        const body = parseJson(text);
        if (reply.status >= 200 && reply.status < 300 && (body !== undefined || text === '')) {
          return {
            status: reply.status,
            headers: Object.fromEntries(reply.headers),
            body: (body ?? null) as Answer['body'],
          };
        }
        throw new GitLabRefusal(reply.status, reply.headers, body ?? text);
      };
    return {
      get: via('GET'),
      post: via('POST'),
      put: via('PUT'),
      patch: via('PATCH'),
      delete: via('DELETE'),
    } as Requester;
  };
}

function queryOf(parameters: Record<string, unknown> | undefined): string {
  const pairs = Object.entries(snakeCased(parameters ?? {})).filter(([, value]) => value !== undefined);
  if (pairs.length === 0) return '';
  const texts = pairs.map(([key, value]): [string, string] => [key, String(value)]);
  return `?${new URLSearchParams(texts).toString()}`;
}

/** Gitbeaker speaks camelCase, GitLab does not. */
function snakeCased(fields: Record<string, unknown>): Record<string, unknown> {
  const named = Object.entries(fields).map(([key, value]) => [
    key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    value,
  ]);
  return Object.fromEntries(named) as Record<string, unknown>;
}
