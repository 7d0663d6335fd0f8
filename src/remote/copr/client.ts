/** Copr, API version 3. */
import { basename } from 'node:path';
import { answerOf } from '../http/index.ts';
import type { HttpClient, HttpRequest } from '../http/index.ts';
import { itemsOf, record, toBuild, toBuiltPackages, toChroot, toProject, toSource } from './answers.ts';
import type { BuiltPackage, CoprBuild, CoprChroot, CoprProject, CoprSource } from './answers.ts';
import { buildOptions, customBody, projectBody } from './bodies.ts';
import type { CustomBuild, ProjectSettings, Upload } from './bodies.ts';
import { coprError } from './failure.ts';
import { readLog } from './log.ts';
import type { CoprLog } from './log.ts';
import { createSession } from './session.ts';
import type { SessionOptions } from './session.ts';

export interface Copr {
  /** Without a slash at the end. */
  readonly url: string;
  /** The account of the login. */
  whoami(): Promise<string>;
  /** Names of all chroots that a project can have. */
  chroots(): Promise<string[]>;
  /** Undefined if there is none. */
  project(owner: string, name: string): Promise<CoprProject | undefined>;
  /** Makes a project. One of that name that is there comes back as it is. */
  addProject(owner: string, name: string, settings: ProjectSettings): Promise<CoprProject>;
  editProject(owner: string, name: string, settings: ProjectSettings): Promise<CoprProject>;
  canBuild(who: string, owner: string, name: string): Promise<boolean>;
  requestPermissions(owner: string, name: string, roles: readonly ('admin' | 'builder')[]): Promise<void>;
  /** Sends an SRPM and submits a build of it. Never repeated: a second build is worse than an error. */
  upload(upload: Upload): Promise<CoprBuild>;
  /** Submits a build whose SRPM a script makes inside Copr. Never repeated, as above. */
  buildCustom(build: CustomBuild): Promise<CoprBuild>;
  /**
   * Undefined if Copr knows no such build (any more).
   * @param retries repeats after a failure; who asks again anyway needs none
   */
  build(id: string, retries?: number): Promise<CoprBuild | undefined>;
  /** The latest builds of a project, newest first. */
  builds(owner: string, project: string, limit: number): Promise<CoprBuild[]>;
  /** The chroots of a build; empty before Copr has made them. Undefined: no such build. */
  buildChroots(id: string): Promise<CoprChroot[] | undefined>;
  /** How the SRPM of a build was made or imported. Undefined where Copr cannot say. */
  sourceChroot(id: string): Promise<CoprChroot | undefined>;
  /** What a build has made so far, by chroot. Undefined: no such build. */
  builtPackages(id: string): Promise<Record<string, BuiltPackage[]> | undefined>;
  /** How the SRPM of a build is made; undefined: no such build. */
  sourceConfig(id: string): Promise<CoprSource | undefined>;
  /** False if it had ended already. */
  cancel(id: string): Promise<boolean>;
  /** The end of the log in a result directory, if it is there. */
  log(resultUrl: string): Promise<CoprLog | undefined>;
}

export interface CoprOptions extends SessionOptions {
  http: HttpClient;
}

type Asked = Omit<HttpRequest, 'url'> & {
  /** Below `/api_3/`. */
  path: string;
  /** What is wanted of Copr, for errors. */
  action: string;
  /** Sent with the login. Default: writes are. */
  auth?: boolean;
};

/** Repeats of a question that is asked again anyway a little later. */
const POLLED = { retries: 0, timeout: 30_000 };

export function createCopr(options: CoprOptions): Copr {
  const { http, config } = options;
  const session = createSession(options);
  let account: Promise<string> | undefined;

  async function ask({ path, action, auth, ...request }: Asked): Promise<{ status: number; body: unknown }> {
    const withLogin = auth ?? (request.method !== undefined && request.method !== 'GET');
    const send = async () => {
      const login =
        withLogin && !(http.dryRun && request.method !== undefined) ? await session.headers() : {};
      const headers = { accept: 'application/json', ...login };
      return http.request({ service: 'Copr', ...request, url: `${config.url}/api_3/${path}`, headers });
    };
    const errand = { action, url: config.url };
    try {
      const answer = await send().catch(async (error: unknown) => {
        if (answerOf(error)?.status !== 401 || !withLogin || !(await session.renew())) throw error;
        return send();
      });
      return { status: answer.status, body: answer.json() };
    } catch (error) {
      throw coprError(error, errand);
    }
  }

  const copr: Copr = {
    url: config.url,
    whoami() {
      account ??= ask({ path: 'auth-check', action: 'say who you are', auth: true }).then(({ body }) => {
        const { name } = record(body);
        return typeof name === 'string' ? name : '';
      });
      account.catch(() => (account = undefined));
      return account;
    },
    async chroots() {
      const { body } = await ask({ path: 'mock-chroots/list', action: 'list its chroots' });
      // Names with an underscore in front are Copr's own.
      return Object.keys(record(body))
        .filter((name) => !name.startsWith('_'))
        .sort();
    },
    async project(owner, name) {
      const action = `show the project ${owner}/${name}`;
      const { status, body } = await ask({
        path: 'project',
        action,
        query: { ownername: owner, projectname: name },
        accept: [404],
      });
      return status === 404 ? undefined : toProject(body);
    },
    async addProject(owner, name, settings) {
      const { body } = await ask({
        path: `project/add/${encodeURIComponent(owner)}`,
        action: `create the project ${owner}/${name}`,
        method: 'POST',
        query: { ownername: owner, exist_ok: 'True' },
        json: { name, ...projectBody(settings, 'additional_repos') },
        idempotent: true,
      });
      return toProject(body);
    },
    async editProject(owner, name, settings) {
      const { body } = await ask({
        path: `project/edit/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`,
        action: `edit the project ${owner}/${name}`,
        method: 'PUT',
        query: { ownername: owner, projectname: name },
        json: projectBody(settings, 'repos'),
      });
      return toProject(body);
    },
    async canBuild(who, owner, name) {
      const path = `project/permissions/can_build_in/${[who, owner, name].map(encodeURIComponent).join('/')}`;
      const { status, body } = await ask({
        path,
        action: `say who may build in ${owner}/${name}`,
        accept: [403, 404],
      });
      return status < 400 && record(body).can_build_in !== false;
    },
    async requestPermissions(owner, name, roles) {
      await ask({
        path: `project/permissions/request/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`,
        action: `take a request for permissions on ${owner}/${name}`,
        method: 'PUT',
        json: Object.fromEntries(roles.map((role) => [role, true])),
      });
    },
    async upload({ owner, project, file, onUpload, ...build }) {
      const { body } = await ask({
        path: 'build/create/upload',
        action: `build ${basename(file)} in ${owner}/${project}`,
        method: 'POST',
        multipart: [
          { name: 'pkgs', file, filename: basename(file), type: 'application/x-rpm' },
          {
            name: 'json',
            filename: 'json',
            type: 'application/json',
            value: JSON.stringify({
              ownername: owner,
              projectname: project,
              project_dirname: null,
              ...buildOptions(build),
            }),
          },
        ],
        // A large SRPM over a slow line takes its time; a line that stands still is noticed by the client.
        timeout: 60 * 60 * 1000,
        ...(onUpload === undefined ? {} : { onUpload }),
      });
      return toBuild(body);
    },
    async buildCustom(build) {
      const { body } = await ask({
        path: 'build/create/custom',
        action: `build in ${build.owner}/${build.project}`,
        method: 'POST',
        json: customBody(build),
      });
      return toBuild(body);
    },
    async build(id, retries = 0) {
      const action = `show build ${id}`;
      const { status, body } = await ask({ path: `build/${id}`, action, accept: [404], ...POLLED, retries });
      return status === 404 ? undefined : toBuild(body);
    },
    async builds(owner, project, limit) {
      const query = { ownername: owner, projectname: project, limit, order: 'id', order_type: 'DESC' };
      const { body } = await ask({
        path: 'build/list',
        action: `list the builds of ${owner}/${project}`,
        query,
      });
      return itemsOf(body).map(toBuild);
    },
    async buildChroots(id) {
      const action = `show the chroots of build ${id}`;
      const { status, body } = await ask({
        path: 'build-chroot/list',
        action,
        query: { build_id: id },
        accept: [404],
        ...POLLED,
      });
      return status === 404 ? undefined : itemsOf(body).map(toChroot);
    },
    async sourceChroot(id) {
      const asked = ask({
        path: `build/source-chroot/${id}`,
        action: `show the SRPM of build ${id}`,
        accept: [404],
        ...POLLED,
      });
      // Copr answers 500 before there is a log.
      const answer = await asked.catch(() => undefined);
      return answer === undefined || answer.status === 404 ? undefined : toChroot(answer.body);
    },
    async builtPackages(id) {
      const action = `list the packages of build ${id}`;
      const { status, body } = await ask({ path: `build/built-packages/${id}`, action, accept: [404] });
      return status === 404 ? undefined : toBuiltPackages(body);
    },
    async sourceConfig(id) {
      const path = `build/source-build-config/${id}`;
      const action = `show how the SRPM of build ${id} is made`;
      const { status, body } = await ask({ path, action, accept: [404] });
      return status === 404 ? undefined : toSource(body);
    },
    async cancel(id) {
      const { status } = await ask({
        path: `build/cancel/${id}`,
        action: `cancel build ${id}`,
        method: 'PUT',
        accept: [409],
      });
      return status !== 409;
    },
    log: (resultUrl) => readLog(http, resultUrl),
  };
  return copr;
}
