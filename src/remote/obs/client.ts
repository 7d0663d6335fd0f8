/** The Open Build Service: projects, sources, results. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { EXIT, ServiceError } from '../../errors.ts';
import type { Run } from '../../run-state.ts';
import type { HttpClient, HttpRequest, HttpResponse } from '../http/index.ts';
import type { ObsAccess } from './access.ts';
import { newPackageMeta } from './project-meta.ts';
import type { TargetRepository } from './project-meta.ts';
import { readResults } from './results.ts';
import { attribute, children, element, parseXml, stringifyXml } from './xml.ts';
import type { Document } from './xml.ts';

export interface ObsOptions {
  http: HttpClient;
  access: ObsAccess;
  /** `https://api.opensuse.org` */
  apiUrl: string;
  user: string;
}

/** A file of a package's sources. */
export interface SourceFile {
  name: string;
  /** Absolute path. */
  path: string;
}

export interface Commit {
  project: string;
  package: string;
  files: readonly SourceFile[];
  message: string;
  onUpload?: (name: string) => void;
}

export interface Obs {
  readonly apiUrl: string;
  /** The project's settings; undefined if there is no such project. */
  projectMeta(project: string): Promise<string | undefined>;
  writeProjectMeta(project: string, xml: string): Promise<void>;
  hasPackage(project: string, name: string): Promise<boolean>;
  createPackage(project: string, name: string): Promise<void>;
  /** Names of the package's present files. */
  fileNames(project: string, name: string): Promise<string[]>;
  /** Makes exactly these files the package's sources; sends only what the server does not have. Returns the revision. */
  commit(commit: Commit): Promise<string>;
  /** Undefined if the project or the package is not there any more. */
  results(project: string, name: string, targets: readonly TargetRepository[]): Promise<Run[] | undefined>;
  /** The text of a build's log, its end if it is long; undefined if it has none. */
  log(url: string): Promise<string | undefined>;
  /** Ends all running builds of a package. */
  abort(project: string, name: string): Promise<void>;
}

const SERVICE = 'OBS';
const XML = { accept: 'application/xml' };
const LOG_BYTES = 512 * 1024;

/**
 * @throws ServiceError of every function: `OBS_REFUSED` with the server's own words, `OBS_UNAUTHORIZED`, `OBS_ANSWER`, and those of the
 *   HTTP client
 */
export function createObs(options: ObsOptions): Obs {
  const { apiUrl, user } = options;
  const url = (...parts: readonly string[]): string =>
    [apiUrl, ...parts.map((part) => encodeURIComponent(part))].join('/');
  const ask = (request: HttpRequest): Promise<HttpResponse> => send(options, request);
  const meta = async (address: string): Promise<string | undefined> => {
    const answer = await ask({ url: address, headers: XML, accept: [404] });
    return answer.status === 404 ? undefined : answer.text();
  };
  const write = async (address: string, xml: string): Promise<void> => {
    await ask({
      url: address,
      method: 'PUT',
      headers: { ...XML, 'content-type': 'application/xml' },
      body: xml,
    });
  };

  return {
    apiUrl,
    projectMeta: (project) => meta(url('source', project, '_meta')),
    writeProjectMeta: (project, xml) => write(url('source', project, '_meta'), xml),
    hasPackage: async (project, name) => (await meta(url('source', project, name, '_meta'))) !== undefined,
    createPackage: (project, name) =>
      write(url('source', project, name, '_meta'), newPackageMeta(project, name)),
    async fileNames(project, name) {
      const answer = await ask({
        url: url('source', project, name),
        query: { rev: 'latest' },
        headers: XML,
        accept: [404],
      });
      return answer.status === 404
        ? []
        : entriesOf(parseXml(answer.text(), 'directory')).map((entry) => entry.name);
    },
    commit: (commit) =>
      commitFiles({ ask, base: url('source', commit.project, commit.package), user }, commit),
    async results(project, name, targets) {
      const query = { package: name };
      const answer = await ask({ url: url('build', project, '_result'), query, headers: XML, accept: [404] });
      if (answer.status === 404) return undefined;
      return readResults(answer.text(), targets, { apiUrl, project, package: name });
    },
    async log(address) {
      const size = await ask({ url: address, query: { view: 'entry' }, headers: XML, accept: [404] });
      if (size.status === 404) return undefined;
      const bytes = Number(/\bsize="(\d+)"/.exec(size.text())?.[1] ?? 0);
      const start = Math.max(0, bytes - LOG_BYTES);
      const answer = await ask({ url: address, query: { start, nostream: 1 }, accept: [404] });
      return answer.status === 404 ? undefined : answer.text();
    },
    async abort(project, name) {
      const query = { cmd: 'abortbuild', package: name };
      await ask({ url: url('build', project), method: 'POST', query, idempotent: true });
    },
  };
}

interface Committing {
  ask: (request: HttpRequest) => Promise<HttpResponse>;
  base: string;
  user: string;
}

/**
 * osc's protocol: the list of files goes first, the server names those it lacks (or asks for a stronger hash and then names
 * them), they are sent, and the list goes again.
 */
async function commitFiles({ ask, base, user }: Committing, commit: Commit): Promise<string> {
  const post = async (hash: 'md5' | 'both', query: Readonly<Record<string, string>>): Promise<Document> => {
    const answer = await ask({
      url: base,
      method: 'POST',
      query: { cmd: 'commitfilelist', user, comment: commit.message, ...query },
      headers: { ...XML, 'content-type': 'application/xml' },
      body: await fileList(commit.files, hash),
      // The same list again makes the same commit.
      idempotent: true,
    });
    return parseXml(answer.text(), 'directory');
  };
  let hash: 'md5' | 'both' = 'md5';
  let answer = await post(hash, { withvalidate: '1' });
  if (isMissing(answer) && entriesOf(answer).some((entry) => entry.hash === 'new')) {
    hash = 'both';
    answer = await post(hash, {});
  }
  if (isMissing(answer)) {
    for (const { name } of entriesOf(answer)) {
      const file = commit.files.find((one) => one.name === name);
      if (file === undefined) throw refused(`the server asks for a file ${name} that is not in the sources`);
      commit.onUpload?.(name);
      await ask({
        url: `${base}/${encodeURIComponent(name)}`,
        method: 'PUT',
        query: { rev: 'repository' },
        headers: { 'content-type': 'application/octet-stream' },
        body: await readFile(file.path),
      });
    }
    answer = await post(hash, {});
  }
  const revision = answer.documentElement && attribute(answer.documentElement, 'rev');
  if (isMissing(answer) || revision === undefined || revision === null) {
    throw refused('the server does not take the list of files');
  }
  return revision;
}

function isMissing(answer: Document): boolean {
  return answer.documentElement?.getAttribute('error') === 'missing';
}

function entriesOf(directory: Document): { name: string; hash: string | undefined }[] {
  const root = directory.documentElement;
  if (root === null) return [];
  return children(root, 'entry').map((entry) => ({
    name: attribute(entry, 'name') ?? '',
    hash: attribute(entry, 'hash'),
  }));
}

async function fileList(files: readonly SourceFile[], hash: 'md5' | 'both'): Promise<string> {
  const document = parseXml('<directory/>', 'directory');
  for (const { name, path } of [...files].sort((one, other) => (one.name < other.name ? -1 : 1))) {
    const attributes: Record<string, string> = { name, md5: await digest(path, 'md5') };
    if (hash === 'both') attributes.hash = `sha256:${await digest(path, 'sha256')}`;
    document.documentElement?.appendChild(element(document, 'entry', attributes));
  }
  return stringifyXml(document);
}

async function digest(path: string, algorithm: 'md5' | 'sha256'): Promise<string> {
  const hash = createHash(algorithm);
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

/** Sends a request; a 401 is answered with another credential if there is one. */
async function send({ http, access, user }: ObsOptions, request: HttpRequest): Promise<HttpResponse> {
  for (;;) {
    const headers = { ...request.headers, authorization: access.header() };
    const answer = await http.request({ ...request, headers, accept: 'all', service: SERVICE });
    if (answer.status < 400 || isAccepted(answer.status, request.accept)) return answer;
    if (answer.status === 401 && (await access.challenge(answer.headers['www-authenticate'] ?? ''))) continue;
    throw refusal(answer, user);
  }
}

function isAccepted(status: number, accept: HttpRequest['accept']): boolean {
  return Array.isArray(accept) && (accept as readonly number[]).includes(status);
}

function refusal(answer: HttpResponse, user: string): ServiceError {
  const [, summary = ''] = /<summary>([^<]*)<\/summary>/.exec(answer.text()) ?? [];
  const code = answer.headers['x-opensuse-errorcode'] ?? '';
  const said = [summary, code].filter((text) => text !== '').join(' – ');
  if (answer.status === 401) {
    return new ServiceError(
      'OBS_UNAUTHORIZED',
      `OBS does not let ${user} in${said === '' ? '' : `: ${said}`}`,
      {
        status: 401,
        exitCode: EXIT.failure,
        hint: 'Check the account in oscrc with: osc whois. OSC_USERNAME and OSC_PASSWORD come first.',
      },
    );
  }
  return new ServiceError(
    'OBS_REFUSED',
    `OBS refused (${answer.status}): ${said === '' ? 'no reason given' : said}`,
    {
      status: answer.status,
      exitCode: EXIT.failure,
      hint:
        answer.status === 403
          ? `${user} may write to home:${user} and below: choose such a project with --project.`
          : 'The sentence above is the server’s.',
    },
  );
}

function refused(what: string): ServiceError {
  return new ServiceError('OBS_ANSWER', `The sources could not be committed: ${what}`, {
    hint: 'Run the command again.',
  });
}
