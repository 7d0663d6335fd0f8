/** A stand-in for OBS: projects, packages with their files, results that go their way look by look. */
import { createHash } from 'node:crypto';
import { startService } from '../http/service.ts';
import type { ServiceReply, ServiceRequest, TestService } from '../http/service.ts';

export const OBS_USER = 'jane';
export const OBS_PASSWORD = 'correct horse';

export interface ObsPackage {
  meta: string;
  /** Name -> md5. */
  files: Map<string, string>;
  /** Text of each commit. */
  commits: string[];
}

export interface ObsProject {
  meta: string;
  packages: Map<string, ObsPackage>;
}

export interface TestObs {
  readonly service: TestService;
  readonly url: string;
  readonly projects: Map<string, ObsProject>;
  /** Content that was sent, by md5. */
  readonly contents: Map<string, Buffer>;
  /** Ask for sha256 sums as new servers do. */
  wantHashes: boolean;
  /** Takes signatures by this key's public part instead of passwords; tells what it was sent. */
  signatures: string[] | undefined;
  close(): Promise<void>;
}

/** What a repository's build says at each look, by `repository/arch`; the last one for ever. Default: succeeded at once. */
export type ObsCourse = Readonly<Record<string, readonly string[]>>;

export async function startObs(course: ObsCourse = {}): Promise<TestObs> {
  const projects = new Map<string, ObsProject>();
  const contents = new Map<string, Buffer>();
  const looks = new Map<string, number>();
  const obs: Omit<TestObs, 'service' | 'url' | 'close'> = {
    projects,
    contents,
    wantHashes: false,
    signatures: undefined,
  };

  const project = (name: string): ObsProject => {
    const found = projects.get(name);
    if (found === undefined) throw new Answer(failure(404, 'unknown_project', name));
    return found;
  };
  const packageOf = (owner: string, name: string): ObsPackage => {
    const found = project(owner).packages.get(name);
    if (found === undefined) throw new Answer(failure(404, 'unknown_package', name));
    return found;
  };

  const source = (request: ServiceRequest, parts: readonly string[]): ServiceReply => {
    const [owner = '', name = '', file] = parts;
    if (name === '_meta') return projectMeta(projects, request, owner);
    if (name === '') {
      const entries = [...project(owner).packages.keys()].map((one) => `<entry name="${one}"/>`);
      return xml(`<directory>${entries.join('')}</directory>`);
    }
    if (file === '_meta') {
      if (request.method === 'GET') return xml(packageOf(owner, name).meta);
      check(
        request.method === 'PUT' && request.text.includes(`<package name="${name}" project="${owner}">`),
        'bad meta',
      );
      project(owner).packages.set(name, { meta: request.text, files: new Map(), commits: [] });
      return xml('<status code="ok"/>');
    }
    if (file !== undefined) {
      check(request.method === 'PUT' && request.query.get('rev') === 'repository', 'bad upload');
      packageOf(owner, name);
      contents.set(md5(request.body), request.body);
      return xml('<revision rev="repository"/>');
    }
    if (request.method === 'GET') return xml(directory(packageOf(owner, name)));
    return commit(obs, packageOf(owner, name), request);
  };

  const results = (request: ServiceRequest, owner: string): ServiceReply => {
    const name = request.query.get('package') ?? '';
    packageOf(owner, name);
    const look = looks.get(owner) ?? 0;
    looks.set(owner, look + 1);
    const rows = repositoriesOf(project(owner).meta).map(([repository, arch]) => {
      const steps = course[`${repository}/${arch}`] ?? ['succeeded'];
      const step = steps[Math.min(look, steps.length - 1)] ?? 'succeeded';
      const [code = '', details = ''] = step.replace('dirty ', '').split(': ');
      const dirty = step.startsWith('dirty ') ? ' dirty="true"' : '';
      return (
        `<result project="${owner}" repository="${repository}" arch="${arch}" code="building" state="building"${dirty}>` +
        `<status package="${name}" code="${code}"><details>${details}</details></status></result>`
      );
    });
    return xml(`<resultlist state="s${look}">${rows.join('')}</resultlist>`);
  };

  const build = (request: ServiceRequest, parts: readonly string[]): ServiceReply => {
    const [owner = '', second = '', , name = '', last] = parts;
    check(request.method === 'GET', 'only GET');
    if (second === '_result') return results(request, owner);
    check(last === '_log', 'unknown path');
    packageOf(owner, name);
    const text =
      '[    1s] + make\n[    2s] hello.c:1: error: no such thing\n[    3s] error: Bad exit status from /var/tmp/rpm-tmp.x (%build)\n';
    if (request.query.get('view') === 'entry')
      return xml(`<directory><entry name="_log" size="${text.length}"/></directory>`);
    return { status: 200, body: text.slice(Number(request.query.get('start') ?? 0)) };
  };

  const service = await startService((request) => {
    const denied = authorize(obs, request);
    if (denied !== undefined) return denied;
    const [, room = '', ...parts] = request.path.split('/');
    try {
      if (room === 'source') return source(request, parts);
      if (room === 'build') return build(request, parts);
    } catch (error) {
      if (error instanceof Answer) return error.reply;
      throw error;
    }
    throw new Error('unknown path');
  });
  return Object.assign(obs, { service, url: service.url, close: () => service.close() });
}

class Answer extends Error {
  readonly reply: ServiceReply;
  constructor(reply: ServiceReply) {
    super(`answered ${reply.status}`);
    this.reply = reply;
  }
}

function authorize(obs: Pick<TestObs, 'signatures'>, { headers }: ServiceRequest): ServiceReply | undefined {
  const given = headers.authorization;
  const authorization = typeof given === 'string' ? given : '';
  if (obs.signatures !== undefined) {
    if (authorization.startsWith('Signature ')) {
      obs.signatures.push(authorization);
      return undefined;
    }
    return denied('Signature realm="Use your developer account",headers="(created)"');
  }
  const basic = `Basic ${Buffer.from(`${OBS_USER}:${OBS_PASSWORD}`).toString('base64')}`;
  return authorization === basic ? undefined : denied('Basic realm="Use your developer account"');
}

function denied(challenge: string): ServiceReply {
  return {
    ...failure(401, 'authentication_required', 'Authentication required'),
    headers: { 'www-authenticate': challenge },
  };
}

function projectMeta(projects: Map<string, ObsProject>, request: ServiceRequest, name: string): ServiceReply {
  const existing = projects.get(name);
  if (request.method === 'GET')
    return existing === undefined ? failure(404, 'unknown_project', name) : xml(existing.meta);
  check(request.method === 'PUT', 'only GET and PUT');
  check(!/form/.test(request.headers['content-type']?.toString() ?? ''), 'a form is not read');
  check(request.text.includes(`<project name="${name}"`), 'another project');
  if (existing === undefined && !name.startsWith(`home:${OBS_USER}`)) {
    return failure(403, 'create_project_no_permission', `You are not allowed to create ${name}`);
  }
  projects.set(name, { meta: request.text, packages: existing?.packages ?? new Map<string, ObsPackage>() });
  return xml('<status code="ok"><summary>Ok</summary></status>');
}

function commit(
  obs: Omit<TestObs, 'service' | 'url' | 'close'>,
  target: ObsPackage,
  request: ServiceRequest,
): ServiceReply {
  const { query } = request;
  check(request.method === 'POST' && query.get('cmd') === 'commitfilelist', 'unknown command');
  check(query.get('user') === OBS_USER && query.get('comment') !== null, 'user and comment are needed');
  check(!/form/.test(request.headers['content-type']?.toString() ?? ''), 'a form is not read');
  const entries = [
    ...request.text.matchAll(
      /<entry name="([^"]+)" md5="([0-9a-f]{32})"(?: hash="sha256:([0-9a-f]{64})")?\s*\/>/g,
    ),
  ];
  const missing = entries.filter(([, , sum = '']) => !obs.contents.has(sum));
  const names = (extra: string): string =>
    missing.map(([, name]) => `<entry name="${name}"${extra}/>`).join('');
  if (missing.length > 0 && obs.wantHashes && entries.some(([, , , hash]) => hash === undefined)) {
    return xml(`<directory error="missing">${names(' hash="new"')}</directory>`);
  }
  if (missing.length > 0) return xml(`<directory error="missing">${names('')}</directory>`);
  target.files = new Map(entries.map(([, name = '', sum = '']) => [name, sum]));
  target.commits.push(query.get('comment') ?? '');
  return xml(directory(target));
}

function directory({ files, commits }: ObsPackage): string {
  const entries = [...files].map(([name, sum]) => `<entry name="${name}" md5="${sum}" size="1" mtime="1"/>`);
  return `<directory rev="${commits.length}" srcmd5="0">${entries.join('')}</directory>`;
}

/** Every repository with each of its architectures. */
function repositoriesOf(meta: string): [string, string][] {
  return [...meta.matchAll(/<repository name="([^"]+)"[^>]*>(.*?)<\/repository>/gs)].flatMap(
    ([, name = '', inner = '']) =>
      [...inner.matchAll(/<arch>([^<]+)<\/arch>/g)].map(([, arch = '']): [string, string] => [name, arch]),
  );
}

function xml(body: string): ServiceReply {
  return { status: 200, type: 'application/xml', body };
}

function failure(status: number, code: string, summary: string): ServiceReply {
  return {
    status,
    type: 'application/xml',
    body: `<status code="${code}"><summary>${summary}</summary></status>`,
    headers: { 'x-opensuse-errorcode': code },
  };
}

function md5(content: Uint8Array): string {
  return createHash('md5').update(content).digest('hex');
}

function check(condition: boolean, problem: string): void {
  if (!condition) throw new Error(problem);
}
