import type { Octokit } from '@octokit/rest';
import type { ClientOptions, Instance } from '../api.ts';
import { notAForgeError, refusalError, unreachableError } from '../failure.ts';
import { numberAt, textAt, valueAt } from '../fields.ts';
import type { ProjectRef } from '../project.ts';
import { asFetch } from '../transport.ts';

/** Runs one call and turns its failure into an error of ours. */
export type Attempt = <T extends { status: number; headers: object }>(
  action: string,
  call: (octokit: Octokit) => Promise<T>,
) => Promise<T>;

export function attempts(instance: Instance, options: ClientOptions): Attempt {
  let client: Promise<Octokit> | undefined;
  return async function attempt(action, call) {
    const errand = { ...instance, action };
    client ??= loadOctokit(options);
    let answer;
    try {
      answer = await call(await client);
    } catch (error) {
      const status = numberAt(error, 'status');
      const response = valueAt(error, 'response');
      if (status === undefined || response === undefined) throw unreachableError(errand, causeOf(error));
      const body = valueAt(response, 'data');
      if (status === 404 && textAt(body, 'message') === undefined) throw notAForgeError(errand, '404');
      const headers = new Headers(valueAt(response, 'headers') as Record<string, string> | undefined);
      throw refusalError(errand, { status, headers, body });
    }
    if (answer.status >= 300) {
      const headers = new Headers(answer.headers as Record<string, string>);
      throw refusalError(errand, { status: answer.status, headers, body: undefined });
    }
    return answer;
  };
}

async function loadOctokit({ instanceUrl, token, send }: ClientOptions): Promise<Octokit> {
  const { Octokit } = await import('@octokit/rest');
  const silent = () => {};
  return new Octokit({
    baseUrl: instanceUrl === 'https://github.com' ? 'https://api.github.com' : `${instanceUrl}/api/v3`,
    request: { fetch: asFetch(send) },
    log: { debug: silent, info: silent, warn: silent, error: silent },
    ...(token === undefined ? {} : { auth: token }),
  });
}

export const PAGE = { per_page: 100 };

export function repo({ namespace, name }: ProjectRef): { owner: string; repo: string } {
  return { owner: namespace, repo: name };
}

/** Lists of several pages have no single answer. */
export function listed<T>(items: T[]): { status: number; headers: object; items: T[] } {
  return { status: 200, headers: {}, items };
}

export async function unlessMissing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (valueAt(error, 'code') === 'FORGE_NOT_FOUND') return undefined;
    throw error;
  }
}

/** For the parameters of a call whose write may be sent again. */
export function repeatable({ send }: ClientOptions): { request: { fetch: typeof fetch } } {
  return { request: { fetch: asFetch(send, { repeatable: true }) } };
}

/** Octokit wraps what its `fetch` throws. */
function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? error.cause : error;
}
