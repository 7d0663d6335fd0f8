/**
 * Requests with SPNEGO authentication (Kerberos over HTTP). Node has no Kerberos; curl has, and it takes the ticket from the
 * user's cache: nothing secret is in its arguments.
 */
import { CommandError, PackitError, ServiceError } from '../../errors.ts';
import type { Run } from '../../tools/process/index.ts';

export interface SpnegoRequest {
  run: Run;
  cwd: string;
  url: string;
  /** Sent with POST, and in full each time the server asks who it is from. */
  body?: string;
  contentType?: string;
  /** Follow redirects, with cookies kept for this one request. */
  follow?: boolean;
  /** Seconds for all of it. Default 60. */
  timeout?: number;
  /** The service's name in messages: `Koji`. */
  service: string;
}

export interface SpnegoAnswer {
  status: number;
  text: string;
}

const MESSAGES: Readonly<Record<number, string>> = {
  5: 'cannot find the proxy',
  6: 'cannot find the host',
  7: 'no connection',
  28: 'no answer in time',
  35: 'no secure connection',
  47: 'too many redirects',
  52: 'the connection was closed without an answer',
  55: 'the connection broke while sending',
  56: 'the connection broke while receiving',
  60: 'the certificate of the server is not trusted',
  77: 'the certificates to trust cannot be read',
};

/**
 * One request, GET unless it has a body. Every status is an answer.
 * @throws ServiceError `SPNEGO_UNREACHABLE` without an answer
 * @throws PackitError `CURL_MISSING`, `CURL_WITHOUT_KERBEROS`
 */
export async function requestWithKerberos(request: SpnegoRequest): Promise<SpnegoAnswer> {
  const { run, cwd, url, body, contentType, service } = request;
  const argv = [
    'curl',
    '--disable',
    '--negotiate',
    '--user',
    ':',
    '--connect-timeout',
    '10',
    '--max-time',
    String(request.timeout ?? 60),
    '--silent',
    '--show-error',
    // An empty name: cookies are kept, in memory only.
    ...(request.follow === true ? ['--location', '--max-redirs', '20', '--cookie', ''] : []),
    ...(contentType === undefined ? [] : ['--header', `Content-Type: ${contentType}`]),
    ...(body === undefined ? [] : ['--data-binary', body]),
    '--output',
    '-',
    '--write-out',
    '\\n%{http_code}',
    url,
  ];
  try {
    const { stdout } = await run(argv, { cwd });
    const [, text = '', status = '0'] = /^([^]*)\n(\d+)$/.exec(stdout.toString('utf8')) ?? [];
    return { status: Number(status), text };
  } catch (error) {
    throw curlError(error, service);
  }
}

function curlError(error: unknown, service: string): unknown {
  if (!(error instanceof CommandError)) return error;
  if (error.code === 'COMMAND_NOT_FOUND') {
    return new PackitError(
      'CURL_MISSING',
      `curl is needed to log in to ${service} with Kerberos and is not installed`,
      { hint: 'Install the package "curl".', cause: error },
    );
  }
  const { exitCode } = error.failure;
  if (exitCode === 2 || exitCode === 4) {
    return new PackitError('CURL_WITHOUT_KERBEROS', 'This curl was built without Kerberos (GSS-API)', {
      hint: "Install the distribution's own curl; `curl --version` must name GSS-API or SPNEGO.",
      details: error.details,
      cause: error,
    });
  }
  const what = MESSAGES[exitCode ?? -1] ?? `curl failed with exit code ${exitCode}`;
  return new ServiceError('SPNEGO_UNREACHABLE', `${service} could not be reached to log in: ${what}`, {
    hint:
      exitCode === 60
        ? "Add the authority to the system's certificates, or set SSL_CERT_FILE."
        : 'Check the network, and try again.',
    details: error.details.filter((line) => line.startsWith('curl:')),
    cause: error,
  });
}
