/** Replays a session: answers come from the recording, and nothing is asked anywhere else. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { EXIT, PackitError, ServiceError } from '../errors.ts';
import type { WireAnswer } from '../remote/http/index.ts';
import type { Child, Redactor } from '../tools/process/index.ts';
import { loadBody } from './bodies.ts';
import { createClock } from './clock.ts';
import { PERSON, loadSession } from './format.ts';
import type { Fault, HttpRecord, LoadedSession, ProgramRecord, SessionResult } from './format.ts';
import { offerTransfer, transferUrl, withoutNetwork } from './git-transfer.ts';
import { programKey, requestKey, withPlaceholders } from './keys.ts';
import { compareKeys } from './nearest.ts';
import { kindOf } from './programs.ts';
import { createSecrets } from './secrets.ts';
import type { Session, SessionOptions } from './session.ts';
import { checkFiles, replayedEnvironment } from './settings.ts';
import { createShelf } from './shelf.ts';

/** @throws PackitError `RECORDING_MISSING`, `RECORDING_INVALID`, `RECORDING_TOO_NEW`, `RECORDING_UNSAFE` */
export function openPlayer(options: SessionOptions): Session {
  const { directory, paths, cwd } = options;
  const recording = loadSession(directory);
  checkFiles(directory);
  const env = withIdentity(replayedEnvironment(options.env, recording.header.variables), recording);
  const clock = createClock(new Date(recording.header.startedAt), false);
  const scratch = mkdtempSync(join(paths.temp, 'packit-session-'));
  const places = { cwd, home: env.HOME, temp: paths.temp };
  const redactors = new Set<Redactor>();
  const secrets = createSecrets(() => [...redactors].flatMap((redactor) => redactor.known()));
  const shelf = createShelf(recording);

  return {
    ...clock,
    env,
    directories: { config: join(directory, PERSON), cache: join(scratch, 'cache') },
    hide: (redactor) => void redactors.add(redactor),

    async interceptRequest(request) {
      const record = shelf.take('http', await requestKey(request, secrets)) as HttpRecord;
      if (record.error !== undefined) throw serviceError(record.error);
      if (record.answer === undefined) throw shelf.broken(record);
      return replayAnswer(record.answer, directory);
    },

    async interceptProgram(program, launch) {
      const kind = kindOf(program, program.own);
      if (kind === 'local') return launch(withoutNetwork(program.environment));
      const url = kind === 'transfer' ? await transferUrl(program, program.environment) : undefined;
      if (kind === 'transfer' && url === undefined) return launch(withoutNetwork(program.environment));
      const record = shelf.take('program', programKey(program, places, secrets)) as ProgramRecord;
      if (record.git === undefined || url === undefined) return replayChild(record, directory);
      const { environment } = program;
      return launch(await offerTransfer(record.git, { recording: directory, scratch, url, environment }));
    },

    finish(result) {
      rmSync(scratch, { recursive: true, force: true });
      const problem =
        shelf.problem() ??
        differentResult(
          { ...result, stdout: result.stdout.map((line) => secrets.text(withPlaceholders(line, places))) },
          recording,
        );
      return problem === undefined ? Promise.resolve() : Promise.reject(problem);
    },
  };
}

function differentResult(result: SessionResult, { header }: LoadedSession): PackitError | undefined {
  const recorded = header.result;
  if (recorded === undefined) return undefined;
  const before = [`exit code ${recorded.exitCode}`, ...recorded.stdout];
  const now = [`exit code ${result.exitCode}`, ...result.stdout];
  if (before.join('\n') === now.join('\n')) return undefined;
  return new PackitError('REPLAY_DIFFERS', 'The replay ended otherwise than the recorded session', {
    details: ['Recorded (-) and replayed (+):', ...compareKeys(before, now).slice(0, 40)],
    hint: 'If the new result is the right one, record the session again.',
    exitCode: EXIT.failure,
  });
}

function replayAnswer(answer: NonNullable<HttpRecord['answer']>, directory: string): WireAnswer {
  const bytes = loadBody(directory, answer.body);
  const { broken } = answer;
  const headers = { ...answer.headers };
  // Masking may have changed the length; of a body that broke off the announced one is the point.
  if (broken === undefined && headers['content-length'] !== undefined && bytes.length > 0) {
    headers['content-length'] = String(bytes.length);
  }
  function* body(): Generator<Buffer> {
    if (bytes.length > 0) yield bytes;
    if (broken !== undefined)
      throw Object.assign(new Error(broken.message), { name: broken.name, code: broken.code });
  }
  return { status: answer.status, headers, body: Readable.from(body(), { objectMode: false }) };
}

function serviceError({ code, message, hint }: Fault): ServiceError {
  return new ServiceError(code, message, hint === undefined ? {} : { hint });
}

/** A child that only seems to have run. */
function replayChild(record: ProgramRecord, directory: string): Child {
  const stdout = loadBody(directory, record.stdout);
  const stderr = loadBody(directory, record.stderr);
  const { error } = record;
  return {
    pid: undefined,
    stdout: Readable.from(stdout.length === 0 ? [] : [stdout], { objectMode: false }),
    stderr: Readable.from(stderr.length === 0 ? [] : [stderr], { objectMode: false }),
    // Not before those who listen have been given the output.
    ended: new Promise((resolve) => {
      setImmediate(() =>
        setImmediate(() =>
          resolve({
            exitCode: record.exitCode,
            signal: record.signal as NodeJS.Signals | undefined,
            cause:
              error === undefined ? undefined : Object.assign(new Error(error.message), { code: error.code }),
            stdout,
            stderr,
          }),
        ),
      );
    }),
  };
}

function withIdentity(env: Session['env'], { header: { identity } }: LoadedSession): Session['env'] {
  if (identity === undefined) return env;
  const count = /^\d+$/.test(env.GIT_CONFIG_COUNT ?? '') ? Number(env.GIT_CONFIG_COUNT) : 0;
  return {
    ...env,
    GIT_CONFIG_COUNT: String(count + 2),
    [`GIT_CONFIG_KEY_${count}`]: 'user.name',
    [`GIT_CONFIG_VALUE_${count}`]: identity.name,
    [`GIT_CONFIG_KEY_${count + 1}`]: 'user.email',
    [`GIT_CONFIG_VALUE_${count + 1}`]: identity.email,
  };
}
