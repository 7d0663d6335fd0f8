/**
 * A stand-in for Copr (API version 3, and its results), written from the facts about the protocol. It checks every request;
 * what it does not expect is remembered in `unexpected`, which tests assert to be empty.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { SNAPSHOT } from '../../../src/project/distro-aliases/index.ts';
import { breakConnection, sendJson, startServer } from '../http/server.ts';
import type { Recorded } from '../http/server.ts';
import { Refusal, UNKNOWN, createApi } from './api.ts';
import type { Call } from './api.ts';
import { chrootMoment, sourceMoment } from './state.ts';
import type { CoprAccount, CoprServer, StoredBuild, StoredProject } from './state.ts';

export type { CoprServer } from './state.ts';

export const CHROOTS = [
  'centos-stream-10-x86_64',
  'epel-10-x86_64',
  'epel-9-aarch64',
  'epel-9-x86_64',
  'fedora-43-x86_64',
  'fedora-44-aarch64',
  'fedora-44-x86_64',
  'fedora-45-x86_64',
  'fedora-rawhide-x86_64',
  'opensuse-tumbleweed-x86_64',
];

export async function startCopr(): Promise<CoprServer> {
  const copr: CoprServer = Object.assign(
    await startServer((request, response) => handle(request, response)),
    {
      projects: new Map<string, StoredProject>(),
      builds: new Map<number, StoredBuild>(),
      accounts: [{ name: 'jane', login: 'jane-login', token: 'jane-secret-token', groups: ['team'] }],
      offered: [...CHROOTS],
      script: {},
      cleaned: false,
      forgotten: new Set<number>(),
      unexpected: [] as string[],
      fault: () => undefined,
      now: () => Date.now() / 1000,
      addProject,
      writeLogin,
    },
  );
  const route = createApi(copr);
  return copr;

  function addProject(ownername: string, name: string, values: Partial<StoredProject> = {}): StoredProject {
    const project: StoredProject = {
      id: copr.projects.size + 1,
      ownername,
      name,
      description: '',
      instructions: '',
      contact: null,
      unlisted_on_hp: false,
      delete_after_days: null,
      additional_repos: [],
      module_hotfixes: false,
      bootstrap: 'default',
      chroots: [],
      admins: [],
      builders: [],
      requests: [],
      ...values,
    };
    copr.projects.set(`${ownername}/${name}`, project);
    return project;
  }

  function writeLogin(home: string, changes: Record<string, string | undefined> = {}): void {
    const [jane] = copr.accounts;
    const values = {
      login: jane?.login,
      username: jane?.name,
      token: jane?.token,
      copr_url: copr.url,
      encrypted: 'False',
      ...changes,
    };
    const lines = Object.entries(values).flatMap(([key, value]) =>
      value === undefined ? [] : [`${key} = ${value}`],
    );
    mkdirSync(join(home, '.config'), { recursive: true });
    writeFileSync(
      join(home, '.config', 'copr'),
      `[copr-cli]\n${lines.join('\n')}\n# expiration date: 2027-01-01\n`,
    );
  }

  async function handle(request: Recorded, response: ServerResponse): Promise<void> {
    const fault = copr.fault(request, copr.requests.length - 1);
    if (fault === 'cut') return breakConnection(response);
    if (typeof fault === 'number') {
      response.writeHead(fault, { 'content-type': 'text/html' }).end('<html>proxy</html>');
      return;
    }
    const url = new URL(request.url, copr.url);
    const call: Call = { request, response, query: url.searchParams, user: accountOf(request) };
    let answer: unknown;
    let status = 200;
    try {
      if (url.pathname.startsWith('/results/')) return result(url.pathname, response);
      if (url.pathname === '/bodhi/releases/') {
        return sendJson(response, { releases: SNAPSHOT.releases, page: 1, pages: 1 });
      }
      if (!url.pathname.startsWith('/api_3/')) return complain(`no such page: ${url.pathname}`, response);
      answer = await route(request.method, url.pathname.slice('/api_3/'.length), call);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      status = error.status;
      answer = { error: error.message, ...(status === 401 ? { output: 'notok' } : {}) };
    }
    if (fault === 'cut-after') return breakConnection(response);
    if (answer === UNKNOWN) return complain(`${request.method} ${request.url}`, response);
    sendJson(response, answer, status);
  }

  function complain(what: string, response: ServerResponse): void {
    copr.unexpected.push(what);
    response.writeHead(418).end(`unexpected: ${what}`);
  }

  function accountOf({ headers }: Recorded): CoprAccount | undefined {
    const basic = /^Basic (.+)$/.exec(String(headers.authorization ?? ''))?.[1];
    const text = basic === undefined ? undefined : Buffer.from(basic, 'base64').toString();
    const session = /session=([^;]+)/.exec(String(headers.cookie ?? ''))?.[1];
    return copr.accounts.find(
      ({ login, token, name }) => text === `${login}:${token}` || session === `session-of-${name}-${token}`,
    );
  }

  /** Logs: packed once the chroot has ended. */
  function result(path: string, response: ServerResponse): void {
    const [, chroot = '', id, file] =
      /^\/results\/[^/]+\/[^/]+\/([^/]+)\/(\d+)(?:-package)?\/(.+)$/.exec(path) ?? [];
    const build = copr.builds.get(Number(id));
    if (build === undefined || copr.cleaned || copr.forgotten.has(build.id))
      return void response.writeHead(404).end('gone');
    const moment =
      chroot === 'srpm-builds' ? sourceMoment(build, copr.now()) : chrootMoment(build, chroot, copr.now());
    const script =
      chroot === 'srpm-builds'
        ? build.script.source
        : (build.script.chroots?.[chroot] ?? build.script.chroots?.['*']);
    const name = moment.ended === null ? 'builder-live.log' : 'builder-live.log.gz';
    if (file !== name) return void response.writeHead(404).end('gone');
    const text = script?.log ?? `building in ${chroot}\n`;
    // Copr's own server says that it is packed; a mirror may not.
    const packed = name.endsWith('.gz');
    const headers: Record<string, string> =
      packed && !build.script.plainFiles ? { 'content-encoding': 'gzip' } : {};
    response.writeHead(200, headers).end(packed ? gzipSync(text) : text);
  }
}
