import { stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { PackitError } from '../../errors.ts';
import type { Run } from '../../tools/process/index.ts';
import { displayUrl } from '../http/index.ts';
import type { HttpClient, Part } from '../http/index.ts';
import { isTransient, requestWithKerberos } from '../spnego/index.ts';
import { readCheck, readUpload } from './answers.ts';
import type { Answer, Subject } from './answers.ts';
import { CERTIFICATE_PLACES } from './certificate.ts';
import type { Lookaside, LookasideFile, LookasideService, LookasideUpload } from './types.ts';

export interface LookasideOptions {
  service: LookasideService;
  /** With the client certificate, where the service wants one. */
  http: HttpClient;
  run: Run;
  cwd: string;
  /** The command that logs in: `fkinit -u USER`. */
  login?: string;
  /** Repeats after the first attempt. Default 3. */
  retries?: number;
  /** Milliseconds before the first repeat; doubles each time. Default 1000. */
  retryDelay?: number;
  /** Ends the waiting between repeats. */
  signal?: AbortSignal;
  /** Waits between repeats. */
  sleep?: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

interface Form {
  fields: readonly (readonly [string, string])[];
  upload?: { path: string; filename: string; size: number };
  onProgress?: ((done: number, total: number) => void) | undefined;
}

/** A dist-git's lookaside cache, spoken to as rpkg does. */
export function createLookaside(options: LookasideOptions): Lookaside {
  const { service, http } = options;
  const url = service.url.replace(/\/+$/, '');
  const nameOf = (packageName: string): string => (service.namespaced ? `rpms/${packageName}` : packageName);
  const downloadUrl = (packageName: string, file: LookasideFile): string => {
    const name = quotePath(file.filename);
    return `${url}/${nameOf(packageName)}/${name}/${file.hashType}/${file.hash}/${name}`;
  };
  const subject = (packageName: string, file: LookasideFile): Subject => ({
    packageName,
    filename: file.filename,
    cgi: displayUrl(service.cgi),
    loginHint: loginHint(options),
  });
  const check = async (packageName: string, file: LookasideFile): Promise<boolean> => {
    const fields = [...identity(nameOf(packageName), file), ['filename', file.filename] as const];
    return readCheck(await post(options, { fields }), subject(packageName, file));
  };

  return {
    async has(packageName, file) {
      const answer = await http.request({
        method: 'HEAD',
        url: downloadUrl(packageName, file),
        accept: 'all',
        service: 'The lookaside cache',
      });
      return answer.status === 200;
    },
    check,
    async upload(packageName, file, onProgress) {
      if (http.dryRun) {
        throw new PackitError('DRY_RUN_WRITE', `Not done in a dry run: upload of ${file.filename}`, {
          hint: 'Run without --dry-run to have it done.',
        });
      }
      if (await check(packageName, file)) return 'present';
      return readUpload(
        await postFile(options, nameOf(packageName), file, onProgress),
        subject(packageName, file),
      );
    },
    downloads: (packageName, files) =>
      files.map((file) => ({
        url: downloadUrl(packageName, file),
        filename: file.filename,
        origin: 'The sources file',
        expected: { hash: { type: file.hashType, value: file.hash } },
      })),
  };
}

function identity(name: string, file: LookasideFile): (readonly [string, string])[] {
  return [
    ['name', name],
    [`${file.hashType}sum`, file.hash],
  ];
}

async function postFile(
  options: LookasideOptions,
  name: string,
  file: LookasideUpload,
  onProgress: Form['onProgress'],
): Promise<Answer> {
  const { size, mtimeMs } = await stat(file.path);
  return post(options, {
    fields: [...identity(name, file), ['mtime', String(Math.floor(mtimeMs / 1000))]],
    upload: { path: file.path, filename: file.filename, size },
    onProgress,
  });
}

/** Uploading the same file again does no harm, so that everything may be repeated. */
async function post(options: LookasideOptions, form: Form): Promise<Answer> {
  const { retries = 3, retryDelay = 1000 } = options;
  for (let count = 0; ; count += 1) {
    try {
      const answer = await postOnce(options, form);
      if (answer.status < 500 || answer.status === 507 || count >= retries) return answer;
    } catch (error) {
      if (!isTransient(error) || count >= retries) throw error;
    }
    await pause(retryDelay * 2 ** count, options);
  }
}

async function pause(
  milliseconds: number,
  { signal, sleep }: Pick<LookasideOptions, 'signal' | 'sleep'>,
): Promise<void> {
  try {
    if (sleep !== undefined) await sleep(milliseconds, signal);
    else await delay(milliseconds, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    throw signal?.reason instanceof PackitError ? signal.reason : error;
  }
}

async function postOnce(options: LookasideOptions, form: Form): Promise<Answer> {
  const { service, http, run, cwd } = options;
  const { fields, upload, onProgress } = form;
  if (service.auth === 'kerberos') {
    const file = upload === undefined ? {} : { file: { name: 'file', ...upload, onProgress } };
    return requestWithKerberos({
      run,
      cwd,
      url: service.cgi,
      form: { fields, ...file },
      service: 'the lookaside cache',
      purpose: 'upload with Kerberos',
      unreachable: {
        code: 'LOOKASIDE_UNREACHABLE',
        message: (what) => `The lookaside cache could not be reached: ${what} (${service.cgi})`,
        hint: 'Try again.',
      },
    });
  }
  const parts: Part[] = fields.map(([name, value]) => ({ name, value }));
  if (upload !== undefined) parts.push({ name: 'file', file: upload.path, filename: upload.filename });
  const answer = await http.request({
    url: service.cgi,
    method: 'POST',
    access: upload === undefined ? 'read' : 'write',
    multipart: parts,
    accept: EVERY_STATUS,
    idempotent: true,
    // Large files take their time; a connection that stands still is ended by the idle limit.
    timeout: UPLOAD_TIMEOUT,
    service: 'The lookaside cache',
    ...(onProgress === undefined ? {} : { onUpload: onProgress }),
  });
  return { status: answer.status, text: answer.text() };
}

const EVERY_STATUS = Array.from({ length: 300 }, (_, index) => index + 300);
const UPLOAD_TIMEOUT = 6 * 60 * 60 * 1000;

function loginHint(options: LookasideOptions): string {
  if (options.service.auth === 'certificate')
    return `Check that your client certificate (${CERTIFICATE_PLACES}) is there and still valid.`;
  return `Log in: ${options.login ?? 'kinit USER@REALM'}. See who you are with: klist.`;
}

/** As Python's `urllib.parse.quote` does it, so that URLs are rpkg's. */
function quotePath(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%2F', '/');
}
