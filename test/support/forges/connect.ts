/** A client for a forge of the tests, and what it fails with. */
import { PackitError } from '../../../src/errors.ts';
import { createForge } from '../../../src/remote/forge/index.ts';
import type { CreateForgeOptions, Forge } from '../../../src/remote/forge/index.ts';
import { createHttpClient } from '../../../src/remote/http/index.ts';
import type { HttpClient } from '../../../src/remote/http/index.ts';
import type { TestForge } from './index.ts';

export interface Connection {
  forge: Forge;
  http: HttpClient;
}

/** Repeats come at once. */
export async function connectTo(
  server: TestForge,
  options: Partial<CreateForgeOptions> & { token: string },
): Promise<Connection> {
  const http = createHttpClient({ env: {}, retries: 2, retryDelay: 1 });
  const forge = await createForge({ url: server.url, kind: server.kind, fetch: http.fetch, ...options });
  return { forge, http };
}

/** @throws what is no PackitError, and if nothing was thrown */
export async function failureOf(work: Promise<unknown>): Promise<PackitError> {
  const error = await work.then(
    () => new Error('expected a failure'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof PackitError) return error;
  throw error;
}
