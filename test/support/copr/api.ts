/** The stand-in's API, version 3: who may do what, and what is answered. */
import type { ServerResponse } from 'node:http';
import type { Recorded } from '../http/server.ts';
import { builtPackages, joined, nameIn, scriptProblem, sourceConfig } from './source.ts';
import { buildState, chrootMoment, sourceMoment } from './state.ts';
import type { CoprAccount, CoprServer, StoredBuild, StoredProject } from './state.ts';

export interface Call {
  request: Recorded;
  response: ServerResponse;
  query: URLSearchParams;
  /** The account that is logged in. */
  user: CoprAccount | undefined;
}

const SETTINGS = new Set([
  'name',
  'chroots',
  'description',
  'instructions',
  'homepage',
  'contact',
  'unlisted_on_hp',
  'enable_net',
  'persistent',
  'auto_prune',
  'bootstrap',
  'bootstrap_image',
  'isolation',
  'follow_fedora_branching',
  'devel_mode',
  'delete_after_days',
  'multilib',
  'module_hotfixes',
  'fedora_review',
  'appstream',
  'runtime_dependencies',
  'packit_forge_projects_allowed',
  'repo_priority',
  'storage',
]);
const BUILD_OPTIONS = new Set([
  'ownername',
  'projectname',
  'project_dirname',
  'chroots',
  'background',
  'timeout',
  'bootstrap',
  'isolation',
  'enable_net',
  'after_build_id',
  'with_build_id',
  'packit_forge_project',
]);

/** An answer that is an error, in Copr's words. */
export class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Answered by nobody: the request is one that the stand-in does not know. */
export const UNKNOWN = Symbol('unknown');

export type Route = (method: string, path: string, call: Call) => Promise<unknown>;

export function createApi(copr: CoprServer): Route {
  let lastId = 9_000_000;
  return route;

  async function route(method: string, path: string, call: Call): Promise<unknown> {
    const { query } = call;
    if (method === 'GET' && path === 'auth-check') {
      const user = loggedIn(call);
      return { id: 1, name: user.name };
    }
    if (method === 'GET' && path === 'gssapi_login/') {
      const [user] = copr.accounts;
      if (user === undefined) throw new Refusal(401, 'no such account');
      call.response.setHeader(
        'set-cookie',
        `session=session-of-${user.name}-${user.token}; HttpOnly; Path=/`,
      );
      return { id: 1, name: user.name };
    }
    if (method === 'GET' && path === 'mock-chroots/list') {
      return Object.fromEntries([...copr.offered, '_internal-x86_64'].map((name) => [name, '']));
    }
    if (method === 'GET' && path === 'project') return shown(projectOf(query));
    const [, owner, name] = /^project\/(?:add|edit)\/([^/]+)(?:\/([^/]+))?$/.exec(path) ?? [];
    if (method === 'POST' && path.startsWith('project/add/') && owner !== undefined)
      return add(call, decodeURIComponent(owner));
    if (method === 'PUT' && path.startsWith('project/edit/') && name !== undefined) return edit(call);
    const permission = /^project\/permissions\/(can_build_in|request)\/(.+?)\/?$/.exec(path);
    if (permission !== null)
      return permissions(
        method,
        call,
        permission[1] ?? '',
        (permission[2] ?? '').split('/').map(decodeURIComponent),
      );
    if (method === 'POST' && path === 'build/create/upload') return upload(call);
    if (method === 'POST' && path === 'build/create/custom') return custom(call);
    // Other clients ask it; what they would be told is what the upload says.
    if (method === 'POST' && path === 'build/check-before-build') {
      loggedIn(call);
      return { message: 'It should be safe to submit a build like this' };
    }
    if (method === 'GET' && path === 'build-chroot/list') return chrootList(Number(query.get('build_id')));
    if (method === 'GET' && path === 'build/list') {
      const project = projectOf(query);
      const builds = [...copr.builds.values()].filter((build) => build.project === project).toReversed();
      return { items: builds.slice(0, Number(query.get('limit') ?? 100)).map(shownBuild), meta: {} };
    }
    const [, action, id] =
      /^build\/(?:(source-chroot|source-build-config|built-packages|cancel)\/)?(\d+)$/.exec(path) ?? [];
    if (id !== undefined && method === 'GET' && action === undefined) return shownBuild(buildOf(Number(id)));
    if (id !== undefined && method === 'GET' && action === 'source-chroot')
      return sourceChroot(buildOf(Number(id)));
    if (id !== undefined && method === 'GET' && action === 'built-packages')
      return builtPackages(buildOf(Number(id)), copr.now());
    if (id !== undefined && method === 'GET' && action === 'source-build-config')
      return sourceConfig(buildOf(Number(id)));
    if (id !== undefined && method === 'PUT' && action === 'cancel') return cancel(call, buildOf(Number(id)));
    return UNKNOWN;
  }

  function loggedIn({ user }: Call): CoprAccount {
    if (user === undefined) {
      throw new Refusal(
        401,
        `Login invalid/expired. Please visit ${copr.url}/api to get or renew your API token.`,
      );
    }
    return user;
  }

  function projectOf(query: URLSearchParams): StoredProject {
    const [owner, name] = [query.get('ownername'), query.get('projectname')];
    const project = copr.projects.get(`${owner}/${name}`);
    if (project === undefined) throw new Refusal(404, `Project ${owner}/${name} does not exist.`);
    return project;
  }

  function buildOf(id: number): StoredBuild {
    const build = copr.builds.get(id);
    if (build === undefined || copr.forgotten.has(id)) throw new Refusal(404, `Build ${id} does not exist.`);
    return build;
  }

  function shown(project: StoredProject): unknown {
    const { chroots, admins: _a, builders: _b, requests: _r, ...rest } = project;
    const results = `${copr.url}/results/${project.ownername}/${project.name}`;
    return {
      ...rest,
      full_name: `${project.ownername}/${project.name}`,
      chroot_repos: Object.fromEntries(chroots.map((chroot) => [chroot, `${results}/${chroot}/`])),
    };
  }

  function shownBuild(build: StoredBuild): unknown {
    const now = copr.now();
    const read = sourceMoment(build, now).state === 'succeeded';
    const { name, version } = nameIn(build.filename);
    const url = `${resultUrl(build, 'srpm-builds')}/${build.filename}`;
    return {
      id: build.id,
      state: buildState(build, now),
      ownername: build.project.ownername,
      projectname: build.project.name,
      repo_url: `${copr.url}/results/${build.project.ownername}/${build.project.name}`,
      project_dirname: build.project.name,
      source_package: read ? { name, version, url } : { name: null, version: null, url: null },
      submitted_on: Math.floor(build.submitted),
      started_on: null,
      ended_on: null,
      submitter: build.submitter,
      chroots: build.chroots,
      is_background: false,
    };
  }

  function mayChange(user: CoprAccount, project: Pick<StoredProject, 'ownername' | 'admins'>): boolean {
    const own =
      project.ownername === user.name || user.groups.some((group) => project.ownername === `@${group}`);
    return own || project.admins.includes(user.name);
  }

  function mayBuild(user: CoprAccount, project: StoredProject): boolean {
    return mayChange(user, project) || project.builders.includes(user.name);
  }

  function settingsOf({ request }: Call, repos: 'additional_repos' | 'repos'): Record<string, unknown> {
    const body = JSON.parse(request.body.toString()) as Record<string, unknown>;
    for (const key of Object.keys(body)) {
      if (!SETTINGS.has(key) && key !== repos) copr.unexpected.push(`${request.url}: ${key}`);
    }
    const chroots = body.chroots as string[] | undefined;
    if (chroots?.length === 0) throw new Refusal(400, "chroots: '' is not a valid choice for this field.");
    for (const chroot of chroots ?? []) {
      if (!copr.offered.includes(chroot))
        throw new Refusal(400, `chroots: '${chroot}' is not a valid choice for this field.`);
    }
    if (typeof body.contact === 'string' && !/^https?:\/\/|@/.test(body.contact)) {
      throw new Refusal(400, 'contact: Contact must be email address or URL');
    }
    return body;
  }

  function apply(project: StoredProject, body: Record<string, unknown>): unknown {
    const { repos, additional_repos, name: _name, ...rest } = body;
    const given = Object.entries({ ...rest, additional_repos: repos ?? additional_repos });
    Object.assign(
      project,
      Object.fromEntries(given.filter(([, value]) => value !== undefined && value !== null)),
    );
    return shown(project);
  }

  function add(call: Call, owner: string): unknown {
    const user = loggedIn(call);
    if (call.query.get('ownername') !== owner) copr.unexpected.push('ownername of the query is another one');
    const body = settingsOf(call, 'additional_repos');
    const name = String(body.name);
    const there = copr.projects.get(`${owner}/${name}`);
    if (there !== undefined) {
      if (call.query.get('exist_ok') === 'True') return shown(there);
      throw new Refusal(400, `name: You already have a project named '${name}'.`);
    }
    if (!mayChange(user, { ownername: owner, admins: [] }))
      throw new Refusal(403, `You don't have permissions to create a project for ${owner}.`);
    return apply(copr.addProject(owner, name), body);
  }

  function edit(call: Call): unknown {
    const user = loggedIn(call);
    const project = projectOf(call.query);
    if (!mayChange(user, project))
      throw new Refusal(403, 'Only owners and admins may update their projects.');
    return apply(project, settingsOf(call, 'repos'));
  }

  function permissions(method: string, call: Call, action: string, parts: string[]): unknown {
    const [owner = '', name = ''] = parts.slice(-2);
    const project = projectOf(new URLSearchParams({ ownername: owner, projectname: name }));
    if (method === 'GET' && action === 'can_build_in') {
      const who = copr.accounts.find((account) => account.name === parts[0]);
      return { can_build_in: who !== undefined && mayBuild(who, project) };
    }
    if (method === 'PUT' && action === 'request') {
      const roles = JSON.parse(call.request.body.toString()) as Record<string, boolean>;
      project.requests.push({ name: loggedIn(call).name, roles });
      return { updated: Object.keys(roles) };
    }
    return UNKNOWN;
  }

  async function upload(call: Call): Promise<unknown> {
    const user = loggedIn(call);
    const type = String(call.request.headers['content-type']);
    const form = await new Response(new Uint8Array(call.request.body), {
      headers: { 'content-type': type },
    }).formData();
    const [pkgs, json] = [form.get('pkgs'), form.get('json')];
    // Copr reads its JSON from the files of the form: without a file name it would be an ordinary field.
    if (!(pkgs instanceof File) || !(json instanceof File))
      throw new Refusal(400, 'Invalid request: no pkgs or json');
    if (pkgs.type !== 'application/x-rpm') copr.unexpected.push(`pkgs is ${pkgs.type}`);
    if (json.type !== 'application/json') copr.unexpected.push(`json is ${json.type}`);
    const {
      ownername,
      projectname,
      project_dirname: _dir,
      ...options
    } = JSON.parse(await json.text()) as Record<string, unknown>;
    const place = placeOf(user, { ownername, projectname }, options);
    const bytes = Buffer.from(await pkgs.arrayBuffer());
    if (!bytes.subarray(0, 4).equals(Buffer.from([0xed, 0xab, 0xee, 0xdb])))
      copr.unexpected.push(`${pkgs.name} is no RPM`);
    return begin(user, place, {
      filename: pkgs.name,
      size: bytes.length,
      source: { type: 'upload' },
      options,
    });
  }

  function custom(call: Call): unknown {
    const user = loggedIn(call);
    if (call.request.headers['content-type'] !== 'application/json')
      copr.unexpected.push('custom is no JSON');
    const body = JSON.parse(call.request.body.toString()) as Record<string, unknown>;
    const { ownername, projectname, project_dirname: _dir, ...rest } = body;
    const { script, chroot, builddeps, resultdir, repos, ...options } = rest;
    const fields = { script, chroot, builddeps, resultdir, repos };
    const place = placeOf(user, { ownername, projectname }, options);
    const problem = scriptProblem(copr, fields);
    if (problem !== undefined) throw new Refusal(400, `Bad request parameters: {${problem}}`);
    return begin(user, place, {
      filename: copr.script.source?.srpm ?? 'package-1-1.src.rpm',
      size: 0,
      source: {
        type: 'custom',
        dict: {
          script: joined(script),
          chroot: joined(chroot),
          builddeps: joined(builddeps),
          resultdir: joined(resultdir),
          repos: joined(repos),
        },
      },
      options,
    });
  }

  /** The project and the chroots of a build that somebody asks for. */
  function placeOf(
    user: CoprAccount,
    { ownername, projectname }: Record<'ownername' | 'projectname', unknown>,
    options: Record<string, unknown>,
  ): Pick<StoredBuild, 'project' | 'chroots'> {
    for (const key of Object.keys(options))
      if (!BUILD_OPTIONS.has(key)) copr.unexpected.push(`build option ${key}`);
    const project = projectOf(
      new URLSearchParams({ ownername: String(ownername), projectname: String(projectname) }),
    );
    if (!mayBuild(user, project)) throw new Refusal(403, `You don't have permissions to build in this copr.`);
    const chroots = (options.chroots as string[] | undefined) ?? project.chroots;
    const strange = chroots.filter((chroot) => !project.chroots.includes(chroot));
    if (strange.length > 0)
      throw new Refusal(400, `Bad request parameters: {'chroots': ['${strange.join("', '")}']}`);
    return { project, chroots: [...chroots] };
  }

  function begin(
    user: CoprAccount,
    place: Pick<StoredBuild, 'project' | 'chroots'>,
    made: Pick<StoredBuild, 'filename' | 'size' | 'source' | 'options'>,
  ): unknown {
    lastId += 1;
    const build: StoredBuild = {
      id: lastId,
      ...place,
      submitter: user.name,
      submitted: copr.now(),
      script: copr.script,
      ...made,
    };
    copr.builds.set(build.id, build);
    return shownBuild(build);
  }

  function resultUrl(build: StoredBuild, chroot: string): string {
    const base = `${copr.url}/results/${build.project.ownername}/${build.project.name}/${chroot}`;
    return chroot === 'srpm-builds' ? `${base}/${build.id}` : `${base}/${build.id}-package/`;
  }

  function chrootList(id: number): unknown {
    const build = buildOf(id);
    const items = build.chroots.toSorted().map((name) => {
      const { state, started, ended } = chrootMoment(build, name, copr.now());
      return {
        name,
        state,
        started_on: started,
        ended_on: ended,
        result_url: started === null ? null : resultUrl(build, name),
      };
    });
    return { items, meta: {} };
  }

  function sourceChroot(build: StoredBuild): unknown {
    const { state, started, ended } = sourceMoment(build, copr.now());
    if (state === 'running') throw new Refusal(500, 'Internal error');
    return { state, started_on: started, ended_on: ended, result_url: resultUrl(build, 'srpm-builds') };
  }

  function cancel(call: Call, build: StoredBuild): unknown {
    const user = loggedIn(call);
    if (!mayBuild(user, build.project)) throw new Refusal(403, 'You are not allowed to cancel this build.');
    if (!['running', 'pending', 'starting', 'importing', 'waiting'].includes(buildState(build, copr.now()))) {
      throw new Refusal(409, `Cannot cancel build ${build.id}`);
    }
    build.canceled = copr.now();
    return shownBuild(build);
  }
}
