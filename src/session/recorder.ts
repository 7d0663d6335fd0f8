/** Records a session: everything passes through as it is, and is written down, masked, as it ends. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { PackitError, messageOf } from '../errors.ts';
import type { WireAnswer } from '../remote/http/index.ts';
import { createRun } from '../tools/process/index.ts';
import type { Child, Outcome, Program, Redactor } from '../tools/process/index.ts';
import { decodeExactly, storeBody } from './bodies.ts';
import { createClock } from './clock.ts';
import { BODIES, FORMAT, HEADER, PERSON } from './format.ts';
import type { Fault, GitTransfer, HttpRecord, SessionHeader, SessionRecord, StoredBody } from './format.ts';
import { captureTransfer, transferUrl } from './git-transfer.ts';
import { programKey, requestKey, withPlaceholders } from './keys.ts';
import { kindOf, onlyAsks } from './programs.ts';
import { createSecrets, isSecretHeader, suspicion } from './secrets.ts';
import type { Secrets } from './secrets.ts';
import type { Session, SessionOptions } from './session.ts';
import { recordFiles, recordedVariables } from './settings.ts';

/** Opens a recording; the directory is made. @throws PackitError `RECORD_DIRECTORY` */
export async function openRecorder(options: SessionOptions): Promise<Session> {
  const { directory, env, paths, cwd } = options;
  prepareDirectory(directory);
  const redactors = new Set<Redactor>();
  const secrets = createSecrets(() => [...redactors].flatMap((redactor) => redactor.known()));
  const start = new Date();
  const clock = createClock(start, true);
  const scratch = mkdtempSync(join(paths.temp, 'packit-session-'));
  const places = { cwd, home: env.HOME, temp: paths.temp };
  const journal = createJournal(directory, secrets);
  const header: SessionHeader = {
    format: FORMAT,
    versions: await versions(options),
    command: options.command.map((word) => secrets.text(word)),
    startedAt: start.toISOString(),
    variables: {},
    ...(await identity(options)),
  };
  const writeHeader = (): void =>
    writeFileSync(join(directory, HEADER), `${JSON.stringify(header, undefined, 2)}\n`);
  writeHeader();

  return {
    ...clock,
    env,
    directories: { config: paths.config, cache: join(scratch, 'cache') },
    hide: (redactor) => void redactors.add(redactor),

    async interceptRequest(request, send) {
      const place = journal.place();
      const key = await requestKey(request, secrets);
      const asks = request.access === 'read' ? ({ asks: true } as const) : {};
      try {
        return recordAnswer(await send(), (answer) => {
          const record = { kind: 'http' as const, ...asks, key, answer: answer(directory, secrets) };
          journal.write(place, record, `${request.method}-${request.url.host}${request.url.pathname}`);
        });
      } catch (error) {
        journal.write(
          place,
          { kind: 'http', ...asks, key, error: faultOf(error, secrets) },
          `${request.method}-${request.url.host}`,
        );
        throw error;
      }
    },

    async interceptProgram(program, launch) {
      const kind = kindOf(program, program.own);
      const url = kind === 'transfer' ? await transferUrl(program, program.environment) : undefined;
      if (kind === 'local' || (kind === 'transfer' && url === undefined)) return launch();
      const place = journal.place();
      const key = programKey(program, places, secrets);
      const child = await launch();
      const ended = child.ended.then(async (outcome) => {
        const git =
          url !== undefined && outcome.exitCode === 0
            ? await captureTransfer(program, url, directory, program.environment)
            : undefined;
        writeProgram(program, key, outcome, git, place);
        return outcome;
      });
      return { ...child, ended } satisfies Child;
    },

    async finish(result) {
      try {
        recordFiles(paths.config, directory, secrets);
        header.variables = recordedVariables(env, secrets);
        header.result = {
          ...result,
          stdout: result.stdout.map((line) => secrets.text(withPlaceholders(line, places))),
          ...(result.error === undefined
            ? {}
            : { error: { ...result.error, message: secrets.text(result.error.message) } }),
        };
        writeHeader();
        const found = journal.problems().concat(maskAgain(directory, secrets));
        if (found.length > 0) throw refused(directory, found);
      } finally {
        rmSync(scratch, { recursive: true, force: true });
      }
    },
  };

  function writeProgram(
    program: Program,
    key: readonly string[],
    outcome: Outcome,
    git: GitTransfer | undefined,
    place: number,
  ): void {
    const output = (bytes: Buffer): StoredBody => storeBody(directory, maskOutput(bytes, secrets));
    const word = program.args.find((one) => /^[a-z][a-z-]*$/.test(one)) ?? '';
    const masked = git === undefined ? undefined : { ...git, url: secrets.text(git.url) };
    journal.write(
      place,
      {
        kind: 'program',
        ...(onlyAsks(program) ? { asks: true } : {}),
        key,
        ...(outcome.exitCode === undefined ? {} : { exitCode: outcome.exitCode }),
        ...(outcome.signal === undefined ? {} : { signal: outcome.signal }),
        ...(outcome.cause === undefined || outcome.exitCode !== undefined
          ? {}
          : { error: faultOf(outcome.cause, secrets) }),
        stdout: output(outcome.stdout),
        stderr: output(outcome.stderr),
        ...(masked === undefined ? {} : { git: masked }),
      },
      `${program.file}-${word}`,
    );
  }
}

function prepareDirectory(directory: string): void {
  if (existsSync(directory) && readdirSync(directory).length > 0) {
    throw new PackitError('RECORD_DIRECTORY', `${directory} is there already and not empty`, {
      hint: 'Give --record a directory that does not exist yet: a recording holds one run.',
    });
  }
  mkdirSync(join(directory, BODIES), { recursive: true, mode: 0o700 });
}

interface Journal {
  /** The number of what begins now. */
  place(): number;
  write(place: number, record: SessionRecord, title: string): void;
  /** What looked like a secret and was therefore not written. */
  problems(): string[];
}

function createJournal(directory: string, secrets: Secrets): Journal {
  let count = 0;
  const problems: string[] = [];
  /** The newest record of each key, to which the same answer is added as one more time. */
  const newest = new Map<string, { path: string; record: SessionRecord }>();
  return {
    place: () => (count += 1),
    write(place, record, title) {
      const id = record.key.join('\n');
      const before = newest.get(id);
      if (before !== undefined && isSameAnswer(before.record, record)) {
        before.record = {
          ...(before.record as HttpRecord),
          times: ((before.record as HttpRecord).times ?? 1) + 1,
        };
        writeFileSync(before.path, document(before.record));
        return;
      }
      const text = document(record);
      const looks = suspicion(text);
      if (looks !== undefined) {
        problems.push(`${looks} in what ${record.key[0]} said`);
        return;
      }
      const name = secrets
        .text(title)
        .replace(/[^\w.]+/g, '-')
        .replace(/^-|-$/g, '')
        .slice(0, 80);
      const path = join(directory, `${String(place).padStart(4, '0')}-${name}.json`);
      writeFileSync(path, text);
      newest.set(id, { path, record });
    },
    problems: () => problems,
  };
}

function document(record: SessionRecord): string {
  return `${JSON.stringify(record, undefined, 2)}\n`;
}

function isSameAnswer(one: SessionRecord, other: SessionRecord): boolean {
  if (one.kind !== 'http' || other.kind !== 'http' || one.asks !== true) return false;
  return JSON.stringify({ ...one, times: 1 }) === JSON.stringify({ ...other, times: 1 });
}

type Build = (directory: string, secrets: Secrets) => NonNullable<HttpRecord['answer']>;

/** Hands the answer on, and what there is to record of it once its body has gone through, to the end or not. */
function recordAnswer(answer: WireAnswer, done: (build: Build) => void): WireAnswer {
  const chunks: Uint8Array[] = [];
  let broken: unknown;
  let written = false;
  const write = (): void => {
    if (written) return;
    written = true;
    done((directory, secrets) => {
      const { bytes, headers } = readable(Buffer.concat(chunks), answer.headers, broken !== undefined);
      return {
        status: answer.status,
        headers: recordedHeaders(headers, secrets),
        body: storeBody(directory, maskBody(bytes, headers['content-type'] ?? '', secrets)),
        ...(broken === undefined ? {} : { broken: faultOf(broken, secrets) }),
      };
    });
  };
  async function* through(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of answer.body) {
        chunks.push(chunk as Uint8Array);
        yield chunk as Uint8Array;
      }
    } catch (error) {
      broken = error;
      throw error;
    } finally {
      write();
    }
  }
  const body = Readable.from(through(), { objectMode: false });
  // The body of a redirect is thrown away unread.
  body.once('close', () => {
    write();
    answer.body.on('error', () => {}).destroy();
  });
  return { ...answer, body };
}

/** The body unpacked, so that secrets in it are seen. */
function readable(
  bytes: Buffer,
  headers: Record<string, string>,
  broken: boolean,
): { bytes: Buffer; headers: Record<string, string> } {
  if (broken || bytes.length === 0 || !/^(?:x-)?gzip$/i.test(headers['content-encoding'] ?? ''))
    return { bytes, headers };
  try {
    const { 'content-encoding': _encoding, 'content-length': _length, ...rest } = headers;
    return { bytes: gunzipSync(bytes), headers: rest };
  } catch {
    return { bytes, headers };
  }
}

/** Those that a client may read; dates, servers and traces would differ each time. */
const KEPT =
  /^(?:content-(?:type|length|range|encoding)|location|link|etag|last-modified|retry-after|accept-ranges|x-(?:total.*|next-page|page|per-page|ratelimit-.*)|koji-version)$/;

function recordedHeaders(headers: Record<string, string>, secrets: Secrets): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => KEPT.test(name) && !isSecretHeader(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, secrets.text(value)]));
}

function maskBody(bytes: Buffer, type: string, secrets: Secrets): Buffer {
  const text = decodeExactly(bytes);
  if (text === undefined) return secrets.bytes(bytes);
  if (/json/i.test(type) || /^\s*[[{]/.test(text)) {
    try {
      const value: unknown = JSON.parse(text);
      const masked = JSON.stringify(secrets.json(value));
      // Left as it came where nothing in it is secret.
      return masked === JSON.stringify(value) ? bytes : Buffer.from(masked);
    } catch {
      // Not JSON after all.
    }
  }
  return Buffer.from(maskWords(secrets.text(text)));
}

function maskOutput(bytes: Buffer, secrets: Secrets): Buffer {
  const text = decodeExactly(bytes);
  return text === undefined ? secrets.bytes(bytes) : Buffer.from(maskWords(secrets.text(text)));
}

/** `password=...` as credential helpers and forms write it. */
function maskWords(text: string): string {
  return text.replace(/^((?:password|oauth_refresh_token|credential)=).+$/gim, '$1masked-by-packit');
}

function faultOf(error: unknown, secrets: Secrets): Fault {
  const shape = error as { name?: unknown; code?: unknown; hint?: unknown };
  return {
    name: typeof shape.name === 'string' ? shape.name : 'Error',
    code: typeof shape.code === 'string' ? shape.code : '',
    message: secrets.text(messageOf(error)),
    ...(typeof shape.hint === 'string' ? { hint: secrets.text(shape.hint) } : {}),
  };
}

/**
 * Looks at all that was written once more, with the secrets that became known later, and for what looks like one.
 * @returns what is still suspicious
 */
function maskAgain(directory: string, secrets: Secrets): string[] {
  const found: string[] = [];
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    const path = join(directory, name);
    const isBody = name.startsWith(`${BODIES}/`);
    if (!isBody && !name.endsWith('.json') && !name.startsWith(`${PERSON}/`)) continue;
    const bytes = readFileSync(path);
    const text = decodeExactly(bytes);
    if (isBody) {
      if (secrets.holds(bytes)) found.push(`a known secret in ${name}`);
      else if (text !== undefined && suspicion(text) !== undefined)
        found.push(`${suspicion(text)} in ${name}`);
      continue;
    }
    if (text === undefined) continue;
    const masked = secrets.text(text);
    if (masked !== text) writeFileSync(path, masked);
    const looks = suspicion(masked);
    if (looks !== undefined) found.push(`${looks} in ${name}`);
  }
  return found;
}

function refused(directory: string, found: readonly string[]): PackitError {
  // What is suspicious must not lie around as if it were fit to be sent.
  rmSync(directory, { recursive: true, force: true });
  return new PackitError(
    'RECORDING_REFUSED',
    'The recording held what looks like a secret, and was removed',
    {
      details: [...new Set(found)].slice(0, 10),
      hint: 'Put the secret into a variable whose name ends in _SECRET: packit then knows and masks it. Then record again.',
    },
  );
}

async function versions({ env, cwd, version }: SessionOptions): Promise<Record<string, string>> {
  const run = createRun({ env });
  const ask = async (argv: readonly string[]): Promise<string> => {
    try {
      return /[\d.]+\d/.exec((await run(argv, { cwd })).stdout.toString())?.[0] ?? 'unknown';
    } catch {
      return 'none';
    }
  };
  const [git, rpm] = await Promise.all([ask(['git', '--version']), ask(['rpm', '--version'])]);
  return {
    packit: version,
    node: process.versions.node,
    git,
    rpm,
    system: `${process.platform} ${process.arch}`,
  };
}

async function identity({ env, cwd }: SessionOptions): Promise<Pick<SessionHeader, 'identity'>> {
  const run = createRun({ env });
  const ask = async (key: string): Promise<string> =>
    (
      await run(['git', 'config', '--get', key], { cwd, okExitCodes: [0, 1, 128] }).catch(() => undefined)
    )?.stdout
      .toString()
      .trim() ?? '';
  const [name, email] = await Promise.all([ask('user.name'), ask('user.email')]);
  return name === '' || email === '' ? {} : { identity: { name, email } };
}
