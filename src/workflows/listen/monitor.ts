/** `/live`, `/ready` and `/metrics`, on an address of their own: they are not for the world. */
import { createServer } from 'node:http';
import { messageOf } from '../../errors.ts';
import type { Metrics } from './metrics.ts';
import { listenOn, send } from './web/index.ts';
import type { Address } from './web/index.ts';

export interface MonitorOptions {
  address: Address;
  metrics: Metrics;
  /** What keeps this process from working, in words; empty: it works. */
  problems: () => string[];
}

export interface Monitor {
  address: Address;
  close(): void;
}

/** @throws PackitError `LISTEN_ADDRESS` */
export async function openMonitor({ address, metrics, problems }: MonitorOptions): Promise<Monitor> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET') return send(response, 405, 'only GET', { allow: 'GET' });
    switch (new URL(request.url ?? '/', 'http://x').pathname) {
      // That this is answered is what it says.
      case '/live':
        return send(response, 200, 'alive');
      case '/ready': {
        const found = problems();
        return found.length === 0 ? send(response, 200, 'ready') : send(response, 503, found.join('\n'));
      }
      case '/metrics':
        metrics
          .text()
          .then((text) => send(response, 200, text.trimEnd(), { 'content-type': metrics.contentType }))
          .catch((error: unknown) => send(response, 500, messageOf(error)));
        return undefined;
      default:
        return send(response, 404, 'there are /live, /ready and /metrics');
    }
  });
  const actual = await listenOn(server, address);
  return {
    address: actual,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
