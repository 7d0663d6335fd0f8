/** Testing Farm, API version 0.1. */
import { ServiceError } from '../../errors.ts';
import type { HttpClient, HttpRequest } from '../http/index.ts';
import { toComposes, toRequest, toRequests } from './answers.ts';
import type { FarmRequest } from './answers.ts';
import { farmError, noToken } from './failure.ts';
import type { FarmSubmission } from './submission.ts';

export interface TestingFarm {
  /** Of the API, without a slash at the end. */
  readonly url: string;
  /**
   * Submits tests. Never repeated: a second run of the tests is worse than an error. What became of a request whose answer was lost is
   * found by its key among the `recent` ones.
   * @throws ServiceError TESTING_FARM_REFUSED and others
   * @throws PackitError TESTING_FARM_NO_TOKEN
   */
  submit(submission: FarmSubmission): Promise<FarmRequest>;
  /** Undefined if Testing Farm knows no such request (any more). */
  request(id: string): Promise<FarmRequest | undefined>;
  /** The token's own requests since then, newest first. Undefined if the server has no list. */
  recent(since: Date): Promise<FarmRequest[] | undefined>;
  /**
   * Asks whose token it is.
   * @throws ServiceError TESTING_FARM_TOKEN_INVALID and others
   * @throws PackitError TESTING_FARM_NO_TOKEN
   */
  checkToken(): Promise<void>;
  /** False if it had ended already, or is unknown. */
  cancel(id: string): Promise<boolean>;
  /**
   * What tests can be run on; some names are regular expressions.
   * @param ranch `public`, or `redhat` for the internal instance
   */
  composes(ranch: string): Promise<string[]>;
}

export interface TestingFarmOptions {
  http: HttpClient;
  /** Default: api.testing-farm.io. */
  url?: string | undefined;
  /** Needed for everything but looking at single requests and composes. */
  token?: string | undefined;
}

export const TESTING_FARM_URL = 'https://api.testing-farm.io/v0.1';
const SERVICE = 'Testing Farm';
/**
 * The list takes one state at a time. In the order of a request's life: one that goes on to its next state between two questions is
 * still seen.
 */
const LIFE = ['new', 'queued', 'running', 'cancel-requested', 'canceled', 'complete', 'error'] as const;

type Asked = Omit<HttpRequest, 'url' | 'headers'> & {
  /** Below the API's address. */
  path: string;
  /** What is wanted, for errors. */
  action: string;
  /** Sent with the token: nothing of it is answered without. */
  own?: boolean;
};

export function createTestingFarm(options: TestingFarmOptions): TestingFarm {
  const { http, token } = options;
  const base = (options.url ?? TESTING_FARM_URL).replace(/\/+$/, '');

  async function ask({
    path,
    action,
    own = false,
    ...request
  }: Asked): Promise<{ status: number; body: unknown }> {
    const needsToken = own && !(http.dryRun && request.method !== undefined);
    if (needsToken && token === undefined) throw noToken(action);
    const authorization = own && token !== undefined ? { authorization: `Bearer ${token}` } : {};
    try {
      const answer = await http.request({
        service: SERVICE,
        ...request,
        url: `${base}/${path}`,
        headers: { accept: 'application/json', ...authorization },
      });
      const empty = answer.status >= 400 || answer.body.length === 0;
      return { status: answer.status, body: empty ? undefined : answer.json() };
    } catch (error) {
      throw farmError(error, action);
    }
  }

  return {
    url: base,
    async submit({ test, environments, settings }) {
      const { body } = await ask({
        path: 'requests',
        action: 'take the tests',
        method: 'POST',
        json: { test, environments, ...(settings === undefined ? {} : { settings }) },
        own: true,
      });
      // The answer has no environments; who sent them knows what was in them.
      return toRequest({ environments_requested: environments, ...asRecord(body) }, base);
    },
    async request(id) {
      const { status, body } = await ask({
        path: `requests/${encodeURIComponent(id)}`,
        action: `show request ${id}`,
        // 422: what it was given is no ID.
        accept: [404, 422],
      });
      return status >= 400 ? undefined : toRequest(body, base);
    },
    async recent(since) {
      const found = new Map<string, FarmRequest>();
      const created_after = since.toISOString().slice(0, 19);
      for (const state of LIFE) {
        const { status, body } = await ask({
          path: 'requests',
          action: 'list your requests',
          query: { created_after, state },
          own: true,
          accept: state === 'cancel-requested' ? [400, 404, 405, 422] : [404, 405],
        });
        if (status === 404 || status === 405) return undefined;
        // Not every version takes this one for a filter.
        if (status >= 400) continue;
        for (const request of toRequests(body, base)) found.set(request.id, request);
      }
      return [...found.values()].sort((one, two) => (two.createdAt ?? '').localeCompare(one.createdAt ?? ''));
    },
    async checkToken() {
      // A version without it has looked at the token all the same.
      await ask({ path: 'whoami', action: 'say whose token this is', own: true, accept: [404, 405] });
    },
    async cancel(id) {
      const { status } = await ask({
        path: `requests/${encodeURIComponent(id)}`,
        action: `cancel request ${id}`,
        method: 'DELETE',
        own: true,
        // 204: it is being cancelled already.
        accept: [404, 409],
      });
      return status < 400;
    },
    async composes(ranch) {
      const path = `composes/${encodeURIComponent(ranch)}`;
      const { body } = await ask({ path, action: `list the composes of ${ranch}` });
      return toComposes(body);
    },
  };
}

function asRecord(body: unknown): Record<string, unknown> {
  if (typeof body === 'object' && body !== null && 'id' in body) return { ...body };
  throw new ServiceError('TESTING_FARM_UNEXPECTED', 'Testing Farm did not say which request it has made', {
    hint: 'Run the command again: it looks for the request before it makes another one.',
  });
}
