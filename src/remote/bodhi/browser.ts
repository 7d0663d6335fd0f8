/** Where a browser is led after a login: a server on this machine, for one request. */
import { PackitError } from '../../errors.ts';

/**
 * Waits for the browser and returns the address it came to.
 * @param redirectUri where the provider leads it
 * @throws PackitError `BODHI_LOGIN_PORT`, and what the signal was aborted with
 */
export async function waitForCode(redirectUri: string, signal: AbortSignal | undefined): Promise<string> {
  const port = Number(new URL(redirectUri).port);
  // Node's HTTP server takes milliseconds to load, and nearly nobody needs it.
  const { createServer } = await import('node:http');
  const server = createServer();
  try {
    return await new Promise<string>((done, fail) => {
      server.on('error', (cause) =>
        fail(
          new PackitError('BODHI_LOGIN_PORT', `The browser cannot come back: port ${port} is in use`, {
            hint: 'End the program that uses it, or log in with a Kerberos ticket.',
            cause,
          }),
        ),
      );
      signal?.addEventListener('abort', () => fail(signal.reason as Error), { once: true });
      server.on('request', (request, response) => {
        const address = request.url ?? '';
        if (!address.startsWith('/auth?')) {
          response.writeHead(404).end();
          return;
        }
        response.writeHead(200, { 'content-type': 'text/plain', connection: 'close' });
        response.end('You are logged in. This page can be closed.\n', () => done(address));
      });
      server.listen(port, 'localhost');
    });
  } finally {
    server.close();
    server.closeAllConnections();
  }
}
