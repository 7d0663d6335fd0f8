/** Records a session: everything passes through as it is, and is written down, masked, as it ends. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PackitError } from '../errors.ts';
import type { Child, Outcome, Program, Redactor } from '../tools/process/index.ts';
import { storeBody } from './bodies.ts';
import { createClock } from './clock.ts';
import { BODIES, FORMAT, HEADER } from './format.ts';
import type { GitTransfer, SessionHeader, StoredBody } from './format.ts';
import { captureTransfer, transferUrl } from './git-transfer.ts';
import { createJournal, maskAgain, refused } from './journal.ts';
import { programKey, requestKey, withPlaceholders } from './keys.ts';
import { kindOf, onlyAsks } from './programs.ts';
import { faultOf, maskOutput, recordAnswer } from './record-answer.ts';
import { createSecrets } from './secrets.ts';
import type { Session, SessionOptions } from './session.ts';
import { recordFiles, recordedVariables } from './settings.ts';
import { identity, versions } from './surroundings.ts';

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
