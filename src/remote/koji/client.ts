/** What packit asks Koji, in types. */
import { createHub } from './hub.ts';
import type { Hub, HubOptions } from './hub.ts';
import { FAULT, isFault } from './faults.ts';
import {
  BUILD_STATES,
  listOf,
  number,
  readBuild,
  readChangelog,
  readTag,
  readTarget,
  readTask,
  record,
  text,
  unexpected,
} from './shapes.ts';
import type { BuildState, ChangelogEntry, KojiBuild, KojiTag, KojiTarget, KojiTask } from './shapes.ts';
import { uploadFile } from './upload.ts';
import type { Value } from './xml-rpc.ts';

export interface KojiOptions extends HubOptions {
  now: () => Date;
  /** Address of the web pages. Default: the hub's, without `hub`. */
  webUrl?: string | undefined;
}

export interface BuildRequest {
  /** `git+https://...#COMMIT`, or the path of an uploaded SRPM. */
  source: string;
  /** Null leaves the choice to the hub, which `scratch` builds alone may. */
  target: string;
  /** `scratch`, `skip_tag`, ... as the hub knows them. */
  options?: Readonly<Record<string, Value | undefined>>;
  /** Added to the usual one; a positive number is less urgent. */
  priority?: number | undefined;
}

/** @throws of every function: KojiError (`KOJI_FAULT` and others), ServiceError of the HTTP client */
export interface Koji {
  /** Pages for people. */
  readonly webUrl: string;
  readonly taskUrl: (id: number) => string;
  readonly buildUrl: (id: number) => string;

  /** Undefined if Koji has no such package. */
  packageId(name: string): Promise<number | undefined>;
  /** Builds of a package, newest first. */
  listBuilds(query: {
    packageId: number;
    state?: BuildState;
    completedAfter?: Date;
    limit?: number;
  }): Promise<KojiBuild[]>;
  /** The newest build of a package that a tag has, by itself or by its parents. Undefined too where there is no such tag. */
  latestTagged(
    tag: string,
    packageName: string,
    options?: { inherit?: boolean },
  ): Promise<KojiBuild | undefined>;
  /** All builds of a tag itself, the newest of each package. */
  taggedBuilds(tag: string): Promise<KojiBuild[]>;
  tagsOf(nvr: string): Promise<string[]>;
  /** Undefined if there is none. */
  build(nvr: string | number): Promise<KojiBuild | undefined>;
  target(name: string): Promise<KojiTarget | undefined>;
  tag(name: string): Promise<KojiTag | undefined>;
  /** The tags a tag inherits from, nearest first. */
  ancestors(tag: string): Promise<string[]>;
  /** The changelog of a build's source package, newest entry first. */
  changelog(nvr: string): Promise<ChangelogEntry[]>;
  /** Undefined if there is no such task. */
  task(id: number): Promise<KojiTask | undefined>;
  children(id: number): Promise<KojiTask[]>;
  /** Builds that the user has asked for since then, newest first, 200 at most, with what was asked. Logs in. */
  ownBuilds(since: Date): Promise<KojiTask[]>;
  /** The files a task has made (logs, packages) with their sizes in bytes. */
  outputFiles(id: number): Promise<ReadonlyMap<string, number>>;
  /** A part of such a file. */
  output(id: number, file: string, range: { offset: number; size: number }): Promise<string>;
  /** Why a task failed: the sentence of its fault. Undefined if it did not. */
  taskFailure(id: number): Promise<string | undefined>;

  /** Opens the session, before work that would be useless without. Returns the account's ID and name. */
  loggedInUser(): Promise<{ id: number; name: string }>;
  /** Sends an SRPM; the answer is what `startBuild` wants as its source. */
  upload(
    file: string,
    onProgress?: (done: number, total: number) => void,
    /** On the hub, below `cli-build/`. Default: one of its own. */
    directory?: string,
  ): Promise<string>;
  /** Starts a build once, however often its answer is lost on the way. Returns the task. */
  startBuild(request: BuildRequest): Promise<number>;
  /** The user's side tags of a build tag, newest first. Logs in. */
  ownSideTags(baseTag: string): Promise<{ id: number; name: string }[]>;
  createSideTag(baseTag: string): Promise<{ id: number; name: string }>;
  removeSideTag(tag: string): Promise<void>;
  /** Returns the task. */
  tagBuild(tag: string, nvr: string): Promise<number>;
  untagBuild(tag: string, nvr: string): Promise<void>;
  cancelTask(id: number): Promise<void>;
}

export function createKoji(options: KojiOptions): Koji {
  const hub = createHub(options);
  const webUrl = (options.webUrl ?? hub.url.replace(/hub$/, '')).replace(/\/+$/, '');
  return {
    webUrl,
    taskUrl: (id) => `${webUrl}/taskinfo?taskID=${id}`,
    buildUrl: (id) => `${webUrl}/buildinfo?buildID=${id}`,
    ...questions(hub),
    ...actions(hub, options),
  };
}

type Actions =
  | 'loggedInUser'
  | 'ownBuilds'
  | 'upload'
  | 'startBuild'
  | 'ownSideTags'
  | 'createSideTag'
  | 'removeSideTag'
  | 'tagBuild'
  | 'untagBuild'
  | 'cancelTask';

function questions(hub: Hub): Omit<Koji, Actions | 'webUrl' | 'taskUrl' | 'buildUrl'> {
  const ask = async (
    method: string,
    args: readonly Value[],
    keywords?: Readonly<Record<string, Value | undefined>>,
  ): Promise<Value> => hub.ask({ method, args, ...(keywords === undefined ? {} : { keywords }) });
  return {
    packageId: async (name) => number(await ask('getPackageID', [name])),
    async listBuilds({ packageId, state, completedAfter, limit }) {
      const found = await ask('listBuilds', [], {
        packageID: packageId,
        state: state === undefined ? undefined : BUILD_STATES.indexOf(state),
        completeAfter: completedAfter === undefined ? undefined : completedAfter.getTime() / 1000,
        queryOpts: { order: '-build_id', limit },
      });
      return listOf(found).map(readBuild);
    },
    async latestTagged(tag, packageName, { inherit = true } = {}) {
      const keywords = { package: packageName, inherit, latest: true };
      const [first] = listOf(await orNone(ask('listTagged', [tag], keywords)));
      return first === undefined ? undefined : readBuild(first);
    },
    taggedBuilds: async (tag) =>
      listOf(await ask('listTagged', [tag], { inherit: false, latest: true })).map(readBuild),
    tagsOf: async (nvr) =>
      listOf(await ask('listTags', [], { build: nvr })).flatMap((tag) => text(record(tag).name) ?? []),
    build: async (nvr) => optional(await ask('getBuild', [nvr]), readBuild),
    target: async (name) => optional(await ask('getBuildTarget', [name]), readTarget),
    tag: async (name) => optional(await ask('getTag', [name]), readTag),
    ancestors: async (tag) =>
      listOf(await ask('getFullInheritance', [tag])).flatMap((one) => text(record(one).name) ?? []),
    async changelog(nvr) {
      const headers = ['changelogtime', 'changelogname', 'changelogtext'];
      return readChangelog(await ask('getRPMHeaders', [], { rpmID: `${nvr}.src`, headers, strict: true }));
    },
    task: async (id) => optional(await orNone(ask('getTaskInfo', [id], { request: true })), readTask),
    children: async (id) => listOf(await ask('getTaskChildren', [id], { request: true })).map(readTask),
    async outputFiles(id) {
      const files = record((await orNone(ask('listTaskOutput', [id], { stat: true }))) ?? {});
      // Sizes come as texts: they may be larger than XML-RPC's whole numbers.
      return new Map(Object.entries(files).map(([name, stat]) => [name, Number(record(stat).st_size)]));
    },
    async output(id, file, { offset, size }) {
      // The hub answers with base64 in a string.
      const content = await ask('downloadTaskOutput', [id, file], { offset, size });
      return Buffer.from(text(content) ?? '', 'base64').toString('utf8');
    },
    async taskFailure(id) {
      try {
        await ask('getTaskResult', [id]);
        return undefined;
      } catch (error) {
        if (!isFault(error)) throw error;
        return error.message.replace('Koji refused getTaskResult: ', '');
      }
    },
  };
}

function actions(hub: Hub, { now }: KojiOptions): Pick<Koji, Actions> {
  const loggedInUser: Koji['loggedInUser'] = async () => {
    const user = record(await hub.act({ method: 'getLoggedInUser' }));
    const id = number(user.id);
    if (id === undefined) throw unexpected('no account');
    return { id, name: text(user.name) ?? '' };
  };
  const ownBuilds = async (createdAfter: number, limit: number): Promise<KojiTask[]> => {
    const { id } = await loggedInUser();
    const opts = { owner: id, method: 'build', decode: true, createdAfter };
    const keywords = { opts, queryOpts: { order: '-id', limit } };
    return listOf(await hub.ask({ method: 'listTasks', keywords })).map(readTask);
  };
  return {
    loggedInUser,
    ownBuilds: (since) => ownBuilds(since.getTime() / 1000, 200),
    upload: (file, onProgress, directory) =>
      uploadFile(hub, { file, onProgress, now, ...(directory === undefined ? {} : { directory }) }),
    async startBuild(request) {
      const { source, target, options = {}, priority } = request;
      const args = [source, target, options];
      const begun = now();
      try {
        const keywords = priority === undefined ? {} : { priority };
        return taskId(await hub.act({ method: 'build', args, keywords }));
      } catch (error) {
        if (!isFault(error, FAULT.retry)) throw error;
        // It was begun, and only the answer lost: it is the newest of one's own that was asked for the same.
        const own = await ownBuilds(begun.getTime() / 1000 - CLOCKS_APART, 20);
        const found = own.find(
          ({ request: [taskSource, taskTarget] }) => taskSource === source && taskTarget === target,
        );
        if (found === undefined) throw error;
        return found.id;
      }
    },
    async ownSideTags(baseTag) {
      const { id } = await loggedInUser();
      const keywords = { basetag: baseTag, user: id, queryOpts: { order: '-id', limit: 100 } };
      return listOf(await hub.ask({ method: 'listSideTags', keywords })).flatMap((one) => {
        const { id: tagId, name } = record(one);
        return typeof name === 'string' ? [{ id: number(tagId) ?? 0, name }] : [];
      });
    },
    async createSideTag(baseTag) {
      const made = record(await hub.act({ method: 'createSideTag', args: [baseTag] }));
      const name = text(made.name);
      if (name === undefined) throw unexpected('no name for the side tag');
      return { id: number(made.id) ?? 0, name };
    },
    removeSideTag: async (tag) => void (await hub.act({ method: 'removeSideTag', args: [tag] })),
    tagBuild: async (tag, nvr) => taskId(await hub.act({ method: 'tagBuild', args: [tag, nvr] })),
    untagBuild: async (tag, nvr) =>
      void (await hub.act({ method: 'untagBuild', args: [tag, nvr], keywords: { strict: true } })),
    cancelTask: async (id) =>
      void (await hub.act({ method: 'cancelTask', args: [id], keywords: { recurse: true } })),
  };
}

/** Seconds that the hub's clock may be behind ours. */
const CLOCKS_APART = 300;

function taskId(value: Value): number {
  const id = number(value);
  if (id === undefined) throw unexpected('no task');
  return id;
}

function optional<T>(value: Value, read: (value: unknown) => T): T | undefined {
  return value === null ? undefined : read(value);
}

/** A fault for something that is not there is an answer. */
async function orNone(asked: Promise<Value>): Promise<Value> {
  try {
    return await asked;
  } catch (error) {
    if (isFault(error, FAULT.generic) && /No such|Invalid (?:tag|tagInfo)|no task/i.test(error.message))
      return null;
    throw error;
  }
}
