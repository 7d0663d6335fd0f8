/**
 * What identifies a request or a program, in lines that people can read and compare. Nothing of the code's shape is in it: a
 * client may be rewritten, and a recording still holds as long as the same things are asked.
 */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import type { WireRequest } from '../remote/http/index.ts';
import type { Program } from '../tools/process/index.ts';
import { decodeExactly } from './bodies.ts';
import type { Secrets } from './secrets.ts';

/** Directories that differ from run to run, and what stands for them. Longest first. */
export interface Places {
  cwd: string;
  home: string | undefined;
  temp: string;
}

/** Method, URL with its parameters sorted, the body in a canonical form. Headers do not count, but for ranges. */
export async function requestKey(request: WireRequest, secrets: Secrets): Promise<string[]> {
  const { url, method, body, headers } = request;
  const query = secrets.fields(url.searchParams).toSorted(byName);
  const lines = [`${method} ${secrets.text(`${url.origin}${url.pathname}`)}`];
  for (const [name, value] of query) lines.push(`  ?${name}=${value}`);
  if (headers.range !== undefined) lines.push(`  range: ${headers.range}`);
  if (body === undefined || body.length === 0) return lines;
  return [
    ...lines,
    ...canonicalBody(await readAll(body.open()), body.type ?? headers['content-type'] ?? '', secrets),
  ];
}

function canonicalBody(bytes: Buffer, type: string, secrets: Secrets): string[] {
  if (/multipart\/form-data/i.test(type)) return multipartLines(bytes, type, secrets);
  const text = decodeExactly(bytes);
  if (text === undefined) return [digest(bytes)];
  if (/x-www-form-urlencoded/i.test(type)) {
    return secrets
      .fields(new URLSearchParams(text))
      .toSorted(byName)
      .map(([name, value]) => `  ${name}=${value}`);
  }
  const json = /json/i.test(type) ? parseJson(text) : undefined;
  if (json !== undefined) return JSON.stringify(sorted(secrets.json(json)), undefined, 2).split('\n');
  const masked = secrets.text(text);
  return masked.length > 4096 ? [digest(Buffer.from(masked))] : masked.split('\n');
}

/** Names, file names and contents of a form's parts; the boundary is chance. */
function multipartLines(bytes: Buffer, type: string, secrets: Secrets): string[] {
  const boundary = /boundary="?([^";]+)/i.exec(type)?.[1] ?? '';
  const lines: string[] = [];
  for (const part of bytes.toString('latin1').split(`--${boundary}`).slice(1, -1)) {
    const end = part.indexOf('\r\n\r\n');
    const head = part.slice(0, end);
    const content = Buffer.from(part.slice(end + 4, -2), 'latin1');
    const name = /name="([^"]*)"/.exec(head)?.[1] ?? '';
    const filename = /filename="([^"]*)"/.exec(head)?.[1];
    const text = content.length > 1024 ? undefined : decodeExactly(content);
    const json = text === undefined ? undefined : parseJson(text);
    const said =
      json === undefined
        ? text === undefined || filename !== undefined
          ? digest(content)
          : name === 'mtime'
            ? // Of the file that is sent: it was made by this run.
              '<TIME>'
            : (secrets.fields([[name, text]])[0]?.[1] ?? '')
        : JSON.stringify(sorted(secrets.json(json)));
    lines.push(`  ${name}${filename === undefined ? '' : ` (${filename})`}: ${said}`);
  }
  return lines.toSorted();
}

/** Name and arguments with the directories of this machine replaced, and what the program is given to read. */
export function programKey(program: Program, places: Places, secrets: Secrets): string[] {
  const args = basename(program.file) === 'git' ? essentialGit(program.args) : program.args;
  const words = [program.file, ...args].map((word) => secrets.text(withPlaceholders(word, places)));
  const lines = [words[0] ?? '', ...words.slice(1).map((word) => `  ${word}`)];
  if (program.input === undefined) return lines;
  const input = secrets.text(Buffer.from(program.input).toString('latin1'));
  return [...lines, `  < ${digest(Buffer.from(input, 'latin1'))}`];
}

/** Settings and how much it says are not what git is asked. */
function essentialGit(args: readonly string[]): string[] {
  return args.filter(
    (word, at) => word !== '-c' && args[at - 1] !== '-c' && !/^--(?:quiet|progress|porcelain)$/.test(word),
  );
}

export function withPlaceholders(text: string, { cwd, home, temp }: Places): string {
  // The directories packit makes for itself have names of their own each time.
  let result = text.replaceAll(new RegExp(`${escape(temp)}/packit-[\\w-]+`, 'g'), '<TEMP>');
  for (const [path, name] of [
    [cwd, '<CWD>'],
    [temp, '<TEMP>'],
    [home, '<HOME>'],
  ] as const) {
    if (path !== undefined && path.length > 1) result = result.replaceAll(path, name);
  }
  return result;
}

function digest(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')} (${bytes.length} bytes)`;
}

async function readAll(body: Uint8Array | Readable): Promise<Buffer> {
  if (!(body instanceof Readable)) return Buffer.from(body);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

function parseJson(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The same value with the keys of every object in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, one]) => [name, sorted(one)]),
  );
}

function byName([one]: [string, string], [other]: [string, string]): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
