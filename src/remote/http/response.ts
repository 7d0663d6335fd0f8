import { ServiceError } from '../../errors.ts';
import { redact } from './errors.ts';
import type { RequestFacts } from './errors.ts';
import type { HttpResponse } from './types.ts';
import { displayUrl } from './url.ts';

export function makeResponse(
  answer: Pick<HttpResponse, 'status' | 'headers' | 'url' | 'body'>,
  facts: RequestFacts,
): HttpResponse {
  const text = (): string => new TextDecoder().decode(answer.body);
  return { ...answer, text, json: () => parseJson(text(), answer, facts) };
}

function parseJson(
  text: string,
  answer: Pick<HttpResponse, 'status' | 'headers' | 'url'>,
  facts: RequestFacts,
): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const service = facts.service ?? new URL(answer.url).host;
    const type = answer.headers['content-type'] ?? 'no content type';
    throw new ServiceError(
      'HTTP_NOT_JSON',
      redact(
        `${service} answered with something that is not JSON (${type}; ${displayUrl(answer.url)})`,
        facts,
      ),
      {
        status: answer.status,
        hint: 'A proxy or a login page may be in the way: open the URL in a browser.',
        cause: error,
      },
    );
  }
}
