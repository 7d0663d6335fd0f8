import { ServiceError } from '../../errors.ts';
import { answerOf } from '../http/index.ts';
import { record, text } from './answers.ts';

/** What was asked, for messages. */
export interface Errand {
  /** `edit the project jane/hello`: follows "Copr would not". */
  action: string;
  /** Base URL of the instance. */
  url: string;
}

/** An error of the HTTP client in Copr's own words, with what to do about it. */
export function coprError(error: unknown, { action, url }: Errand): unknown {
  const answer = answerOf(error);
  if (answer === undefined || !(error instanceof ServiceError)) return error;
  const { status } = answer;
  const details = saidIn(answer.text());
  const options = { status, details, cause: error };
  if (status >= 500) {
    return new ServiceError('COPR_DOWN', `Copr failed to ${action} (HTTP ${status})`, {
      ...options,
      hint: `See whether Copr is well: ${url}/status/stats/`,
    });
  }
  const [code, verb, hint] = MEANING[status] ?? ['COPR_REFUSED', 'would not', undefined];
  const said = details[0] === undefined ? '' : `: ${details[0]}`;
  return new ServiceError(code, `Copr ${verb} ${action}${said}`, {
    ...options,
    details: details.slice(1),
    ...(hint === undefined ? {} : { hint: hint.replace('URL', url) }),
  });
}

const MEANING: Readonly<Record<number, readonly [code: string, verb: string, hint: string | undefined]>> = {
  401: [
    'COPR_LOGIN_INVALID',
    'does not accept the login to',
    'Get a new API token from URL/api/ and put it into ~/.config/copr, or log in to Kerberos anew.',
  ],
  403: ['COPR_FORBIDDEN', 'does not allow you to', undefined],
  404: ['COPR_NOT_FOUND', 'knows nothing of what it takes to', undefined],
  409: ['COPR_CONFLICT', 'cannot', undefined],
};

/** The lines of `{"error": text}`, of Copr or of the web server before it. */
function saidIn(body: string): string[] {
  let said: string | undefined;
  try {
    said = text(record(JSON.parse(body)).error);
  } catch {
    // A page of the web server: its status says as much.
  }
  return (said ?? '').split(/\r?\n/).filter((line) => line.trim() !== '');
}
