import { CommandError, PackitError, ServiceError } from '../../errors.ts';
import type { Run } from '../../tools/process/index.ts';
import type { Answer } from './answers.ts';

export interface CurlPost {
  url: string;
  fields: readonly (readonly [name: string, value: string])[];
  file?: { name: string; path: string; filename: string; size: number };
  onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Exit codes of curl that mean "try again": DNS, connection, transfer, time, empty answer. */
const TRANSIENT = new Set([5, 6, 7, 16, 18, 28, 35, 52, 55, 56, 92]);
const MESSAGES: Readonly<Record<number, string>> = {
  5: 'cannot find the proxy',
  6: 'cannot find the host',
  7: 'no connection',
  28: 'no answer in time',
  35: 'no secure connection',
  52: 'the connection was closed without an answer',
  55: 'the connection broke while sending',
  56: 'the connection broke while receiving',
  58: 'the client certificate cannot be used',
  60: 'the certificate of the server is not trusted',
  77: 'the certificates to trust cannot be read',
};

/**
 * Posts a form with SPNEGO authentication. Node has no Kerberos; curl has, and rpkg itself uses libcurl.
 * Nothing secret is in the arguments: the ticket is taken from the user's cache.
 * @throws ServiceError `LOOKASIDE_UNREACHABLE` without an answer
 * @throws PackitError `CURL_MISSING`, `CURL_WITHOUT_KERBEROS`
 */
export async function postWithKerberos(run: Run, cwd: string, post: CurlPost): Promise<Answer> {
  const argv = [
    'curl',
    '--disable',
    '--negotiate',
    '--user',
    ':',
    '--connect-timeout',
    '10',
    // The server hashes a large file before it says a word.
    '--speed-limit',
    '1000',
    '--speed-time',
    '300',
    '--header',
    'Expect:',
    ...post.fields.flatMap(([name, value]) => ['--form-string', `${name}=${value}`]),
    ...(post.file === undefined ? ['--silent', '--show-error'] : fileArguments(post.file)),
    '--output',
    '-',
    '--write-out',
    '\\n%{http_code}',
    post.url,
  ];
  const { file, onProgress } = post;
  try {
    const result = await run(argv, {
      cwd,
      ...(file === undefined || onProgress === undefined
        ? {}
        : {
            onOutput: (chunk, stream) => stream === 'stderr' && reportProgress(chunk, file.size, onProgress),
          }),
    });
    return readAnswer(result.stdout.toString('utf8'));
  } catch (error) {
    throw curlError(error, post.url);
  }
}

/** True if the same post may succeed a moment later. */
export function isTransient(error: unknown): boolean {
  return (
    error instanceof ServiceError && error.code === 'LOOKASIDE_UNREACHABLE' && isTransientExit(error.cause)
  );
}

function isTransientExit(cause: unknown): boolean {
  return cause instanceof CommandError && TRANSIENT.has(cause.failure.exitCode ?? -1);
}

function fileArguments(file: NonNullable<CurlPost['file']>): string[] {
  return ['--form', `${file.name}=@${quoted(file.path)};filename=${quoted(file.filename)}`];
}

/** curl's own quoting inside `--form`. */
function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** The first column of curl's meter is the percentage of the whole, which is all but the upload. */
function reportProgress(
  chunk: Uint8Array,
  size: number,
  report: (done: number, total: number) => void,
): void {
  const percent = /(?:^|\r)\s*(\d{1,3})\s+\S+\s+\d+\s[^\r]*$/.exec(
    Buffer.from(chunk).toString('latin1'),
  )?.[1];
  if (percent !== undefined) report(Math.round((size * Number(percent)) / 100), size);
}

function readAnswer(output: string): Answer {
  const [, text = '', status = '0'] = /^([^]*)\n(\d+)$/.exec(output) ?? [];
  return { status: Number(status), text };
}

function curlError(error: unknown, url: string): unknown {
  if (!(error instanceof CommandError)) return error;
  if (error.code === 'COMMAND_NOT_FOUND') {
    return new PackitError('CURL_MISSING', 'curl is needed to upload with Kerberos and is not installed', {
      hint: 'Install the package "curl".',
      cause: error,
    });
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
  const details = error.details.filter((line) => line.startsWith('curl:'));
  return new ServiceError(
    'LOOKASIDE_UNREACHABLE',
    `The lookaside cache could not be reached: ${what} (${url})`,
    {
      hint:
        exitCode === 60
          ? "Add the authority to the system's certificates, or set SSL_CERT_FILE."
          : 'Try again.',
      details,
      cause: error,
    },
  );
}
