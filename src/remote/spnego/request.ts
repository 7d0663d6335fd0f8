import type { Run } from '../../tools/process/index.ts';
import { curlError } from './failure.ts';
import type { Errand } from './failure.ts';

export interface SpnegoFile {
  /** Name of the form's field. */
  name: string;
  path: string;
  /** What the server is told it is called. */
  filename: string;
  /** Bytes. */
  size: number;
  onProgress?: ((done: number, total: number) => void) | undefined;
}

/** One request: GET, or POST with a body or a form. */
export interface SpnegoRequest extends Errand {
  run: Run;
  cwd: string;
  url: string;
  /** Sent with POST, and in full each time the server asks who it is from. */
  body?: string;
  contentType?: string;
  /** Sent with POST as multipart/form-data. */
  form?: { fields: readonly (readonly [name: string, value: string])[]; file?: SpnegoFile };
  /** Follow redirects, with cookies kept for this one request. */
  follow?: boolean;
  /** Return the headers of the answer. */
  headers?: boolean;
  /** Seconds for all of it. Default 60; a form has as long as something moves. */
  timeout?: number;
}

export interface SpnegoAnswer {
  status: number;
  text: string;
  /** Of the last answer of the exchange; empty unless asked for. */
  headers: Headers;
}

/**
 * Every status is an answer.
 * @throws ServiceError `SPNEGO_UNREACHABLE`, or the request's own code, without an answer
 * @throws PackitError `CURL_MISSING`, `CURL_WITHOUT_KERBEROS`
 */
export async function requestWithKerberos(request: SpnegoRequest): Promise<SpnegoAnswer> {
  const { run, cwd } = request;
  const { file } = request.form ?? {};
  try {
    const { stdout } = await run(argumentsOf(request), {
      cwd,
      ...(file?.onProgress === undefined
        ? {}
        : { onOutput: (chunk, stream) => stream === 'stderr' && reportProgress(chunk, file) }),
    });
    return answerIn(stdout.toString('utf8'), request.headers === true);
  } catch (error) {
    throw curlError(error, request);
  }
}

function argumentsOf(request: SpnegoRequest): string[] {
  const { url, body, contentType, form } = request;
  return [
    'curl',
    '--disable',
    '--negotiate',
    '--user',
    ':',
    '--connect-timeout',
    '10',
    ...(form === undefined || request.timeout !== undefined
      ? ['--max-time', String(request.timeout ?? 60)]
      : // The server hashes a large file before it says a word.
        ['--speed-limit', '1000', '--speed-time', '300']),
    ...(form === undefined ? [] : ['--header', 'Expect:']),
    ...(form?.fields.flatMap(([name, value]) => ['--form-string', `${name}=${value}`]) ?? []),
    ...(form?.file === undefined ? ['--silent', '--show-error'] : fileArguments(form.file)),
    // An empty name: cookies are kept, in memory only.
    ...(request.follow === true ? ['--location', '--max-redirs', '20', '--cookie', ''] : []),
    ...(contentType === undefined ? [] : ['--header', `Content-Type: ${contentType}`]),
    ...(body === undefined ? [] : ['--data-binary', body]),
    ...(request.headers === true ? ['--include'] : []),
    '--output',
    '-',
    '--write-out',
    '\\n%{http_code}',
    url,
  ];
}

/** With a file curl shows its meter, which is on stderr. */
function fileArguments(file: SpnegoFile): string[] {
  return ['--form', `${file.name}=@${quoted(file.path)};filename=${quoted(file.filename)}`];
}

/** curl's own quoting inside `--form`. */
function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** The first column of curl's meter is the percentage of the whole, which is all but the upload. */
function reportProgress(chunk: Uint8Array, { size, onProgress }: SpnegoFile): void {
  const percent = /(?:^|\r)\s*(\d{1,3})\s+\S+\s+\d+\s[^\r]*$/.exec(
    Buffer.from(chunk).toString('latin1'),
  )?.[1];
  if (percent !== undefined) onProgress?.(Math.round((size * Number(percent)) / 100), size);
}

function answerIn(output: string, withHeaders: boolean): SpnegoAnswer {
  const [, text = '', status = '0'] = /^([^]*)\n(\d+)$/.exec(output) ?? [];
  const answer = { status: Number(status), text, headers: new Headers() };
  return withHeaders ? takeHeaders(answer) : answer;
}

/** curl prints the head of every step of the exchange, and the body of the last one. */
function takeHeaders(answer: SpnegoAnswer): SpnegoAnswer {
  let { text } = answer;
  let headers = new Headers();
  for (let head = headOf(text); head !== undefined; head = headOf(text)) {
    headers = new Headers();
    for (const line of head.lines) {
      const [, name, value] = /^([\w!#$%&'*+.^`|~-]+):[ \t]*([^\0\r\n]*?)[ \t]*$/.exec(line) ?? [];
      if (name !== undefined && value !== undefined) headers.append(name, latin1(value));
    }
    text = text.slice(head.length);
  }
  return { status: answer.status, text, headers };
}

function headOf(text: string): { lines: string[]; length: number } | undefined {
  const found = /^HTTP\/[\d.]+ \d{3}[^\n]*\n([^]*?)\r?\n\r?\n/.exec(text);
  return found === null ? undefined : { lines: (found[1] ?? '').split(/\r?\n/), length: found[0].length };
}

/** Headers hold no characters beyond it. */
function latin1(value: string): string {
  return value.replace(/[^\x20-\xff]/g, '?');
}
