import { answerOf } from './engine.ts';
import type { HttpFetch, HttpRequest, HttpResponse, Method } from './types.ts';

const WITHOUT_BODY = new Set([204, 205, 304]);

/** `fetch` in terms of the client's own requests, for libraries that expect to be given one. */
export function createFetch(request: (wanted: HttpRequest) => Promise<HttpResponse>): HttpFetch {
  return async (input, init = {}) => {
    const { access, idempotent, ...standard } = init;
    const asked = new Request(input, standard);
    const bytes = new Uint8Array(await asked.arrayBuffer());
    const wanted: HttpRequest = {
      url: asked.url,
      method: asked.method as Method,
      headers: Object.fromEntries(asked.headers),
      ...(asked.redirect === 'manual' ? { redirect: 'manual' } : {}),
      ...(access === undefined ? {} : { access }),
      ...(idempotent === undefined ? {} : { idempotent }),
      ...(bytes.length === 0 ? {} : { body: bytes }),
      ...(init.signal ? { signal: init.signal } : {}),
    };
    try {
      return toFetchResponse(await request(wanted));
    } catch (error) {
      // Statuses are the calling library's affair.
      const answer = answerOf(error);
      if (answer === undefined) throw error;
      return toFetchResponse(answer);
    }
  };
}

function toFetchResponse(answer: HttpResponse): Response {
  const body = WITHOUT_BODY.has(answer.status) ? null : new Uint8Array(answer.body);
  const response = new Response(body, { status: answer.status, headers: { ...answer.headers } });
  // A Response made by hand has no URL; libraries read it.
  Object.defineProperty(response, 'url', { value: answer.url });
  return response;
}
