/** What a hub answers to each call. Everything it does not understand is an error of the caller. */
import { addTag } from './state.ts';
import type { HubBuild, HubState, HubTag, HubTask } from './state.ts';
import type { Call } from './values.ts';

export class HubFault extends Error {
  readonly code: number;
  readonly kind: string;
  constructor(code: number, kind: string, text: string) {
    super(text);
    this.code = code;
    this.kind = kind;
  }
}

export interface Caller {
  id: number;
  name: string;
}

type Method = (state: HubState, call: Call, now: number) => unknown;
type Action = (state: HubState, call: Call, caller: Caller, now: number) => unknown;

function generic(text: string): HubFault {
  return new HubFault(1000, 'GenericError', text);
}

/** An argument by place or by name; no other may be left over. */
function argumentsOf(call: Call, names: readonly string[]): Record<string, unknown> {
  const result: Record<string, unknown> = { ...call.keywords };
  call.args.forEach((value, index) => {
    const name = names[index];
    if (name === undefined) throw new Error(`${call.method}: too many arguments`);
    result[name] = value;
  });
  const strange = Object.keys(result).filter((name) => !names.includes(name));
  if (strange.length > 0) throw new Error(`${call.method}: unknown arguments ${strange.join(', ')}`);
  return result;
}

function tagNamed(state: HubState, name: unknown): HubTag {
  const tag = state.tags.get(String(name));
  if (tag === undefined) throw generic(`Invalid tagInfo: '${String(name)}'`);
  return tag;
}

function ancestorsOf(state: HubState, tag: HubTag): HubTag[] {
  const found: HubTag[] = [];
  for (const name of tag.parents) {
    const parent = state.tags.get(name);
    if (parent === undefined || found.includes(parent)) continue;
    found.push(parent, ...ancestorsOf(state, parent).filter((one) => !found.includes(one)));
  }
  return found;
}

function shownBuild(build: HubBuild): Record<string, unknown> {
  return {
    id: build.id,
    build_id: build.id,
    nvr: build.nvr,
    name: build.name,
    package_name: build.name,
    version: build.version,
    release: build.release,
    epoch: null,
    state: build.state,
    task_id: 500_000 + build.id,
    owner_name: 'jane',
    completion_time: new Date(build.completed * 1000).toISOString().replace('T', ' ').replace('Z', '+00:00'),
    completion_ts: build.completed + 0.25,
  };
}

function shownTask(task: HubTask, request: boolean): Record<string, unknown> {
  return {
    id: task.id,
    method: task.method,
    state: task.state,
    owner: task.owner,
    parent: task.parent ?? null,
    arch: task.arch ?? 'noarch',
    label: task.label ?? null,
    create_ts: task.created,
    start_ts: task.created + 1,
    completion_ts: task.state >= 2 && task.state !== 4 ? task.created + 61 : null,
    ...(request ? { request: task.request } : {}),
  };
}

/** Need no login. */
export const QUESTIONS: Readonly<Record<string, Method>> = {
  // Koji's own command begins with it.
  getAPIVersion: () => 1,
  getPackageID(state, call) {
    const { name, strict } = argumentsOf(call, ['name', 'strict']);
    const id = state.packages.get(String(name));
    if (id === undefined && strict === true) throw generic(`No such package name: ${String(name)}`);
    return id;
  },
  listBuilds(state, call) {
    const names = ['packageID', 'state', 'completeAfter', 'queryOpts'];
    const { packageID, state: wanted, completeAfter, queryOpts } = argumentsOf(call, names);
    const { order, limit } = (queryOpts ?? {}) as { order?: string; limit?: number };
    if (order !== undefined && order !== '-build_id') throw new Error(`order ${order}`);
    return [...state.builds.values()]
      .filter(({ name }) => state.packages.get(name) === packageID)
      .filter((build) => wanted === undefined || build.state === wanted)
      .filter(({ completed }) => completeAfter === undefined || completed >= Number(completeAfter))
      .toSorted((a, b) => b.id - a.id)
      .slice(0, limit)
      .map(shownBuild);
  },
  listTagged(state, call) {
    const names = ['tag', 'event', 'inherit', 'prefix', 'latest', 'package', 'owner', 'type', 'strict'];
    const { tag, inherit, latest, package: name } = argumentsOf(call, names);
    const own = tagNamed(state, tag);
    const tags = inherit === true ? [own, ...ancestorsOf(state, own)] : [own];
    const seen = new Set<string>();
    return tags.flatMap(({ builds, name: tagName }) =>
      builds.toReversed().flatMap((nvr) => {
        const build = state.builds.get(nvr);
        if (build === undefined || (name !== undefined && build.name !== name)) return [];
        if (latest === true && seen.has(build.name)) return [];
        seen.add(build.name);
        return [{ ...shownBuild(build), tag_name: tagName }];
      }),
    );
  },
  listTags(state, call) {
    const { build } = argumentsOf(call, ['build', 'package']);
    if (!state.builds.has(String(build))) throw generic(`No such build: ${String(build)}`);
    return [...state.tags.values()]
      .filter(({ builds }) => builds.includes(String(build)))
      .map(({ id, name }) => ({ id, name }));
  },
  getBuild(state, call) {
    const { buildInfo } = argumentsOf(call, ['buildInfo', 'strict']);
    const found = [...state.builds.values()].find(({ nvr, id }) => nvr === buildInfo || id === buildInfo);
    return found === undefined ? null : shownBuild(found);
  },
  getBuildTarget(state, call) {
    const { info } = argumentsOf(call, ['info', 'event', 'strict']);
    const found = state.targets.get(String(info));
    if (found === undefined) return null;
    const { id, buildTag, destTag } = found;
    return { id, name: info, build_tag: 1, build_tag_name: buildTag, dest_tag: 2, dest_tag_name: destTag };
  },
  getTag(state, call) {
    const { tagInfo } = argumentsOf(call, ['tagInfo', 'strict']);
    const tag = state.tags.get(String(tagInfo));
    return tag === undefined ? null : { id: tag.id, name: tag.name, locked: tag.locked, perm: null };
  },
  listSideTags(state, call) {
    const { basetag, user } = argumentsOf(call, ['basetag', 'user', 'queryOpts']);
    if (user !== 42) throw new Error(`side tags of ${String(user)}`);
    const base = tagNamed(state, basetag);
    return [...state.tags.values()]
      .filter(({ name, parents }) => name.includes('-side-') && parents.includes(base.name))
      .toSorted((a, b) => b.id - a.id)
      .map(({ id, name }) => ({ id, name, user_id: 42, user_name: 'jane' }));
  },
  getFullInheritance(state, call) {
    const { tag } = argumentsOf(call, ['tag', 'event', 'reverse']);
    return ancestorsOf(state, tagNamed(state, tag)).map(({ id, name }, index) => ({
      parent_id: id,
      name,
      currdepth: index + 1,
    }));
  },
  getRPMHeaders(state, call) {
    const { rpmID, headers } = argumentsOf(call, ['rpmID', 'taskID', 'filepath', 'headers', 'strict']);
    const build = state.builds.get(String(rpmID).replace(/\.src$/, ''));
    if (build === undefined || !String(rpmID).endsWith('.src'))
      throw generic(`No such rpm: ${String(rpmID)}`);
    const all: Record<string, unknown[]> = {
      changelogtime: build.changelog.map(({ time }) => time),
      changelogname: build.changelog.map(({ author }) => author),
      changelogtext: build.changelog.map(({ text }) => text),
    };
    return Object.fromEntries(
      (headers as string[]).map((header) => {
        const values = all[header];
        if (values === undefined) throw new Error(`header ${header}`);
        return [header, values.length === 1 ? values[0] : values];
      }),
    );
  },
  getTaskInfo(state, call) {
    const { task_id: id, request } = argumentsOf(call, ['task_id', 'request', 'strict']);
    const task = state.tasks.find((one) => one.id === id);
    return task === undefined ? null : shownTask(task, request === true);
  },
  getTaskChildren(state, call) {
    const { task_id: id, request } = argumentsOf(call, ['task_id', 'request', 'strict']);
    return state.tasks.filter(({ parent }) => parent === id).map((task) => shownTask(task, request === true));
  },
  getTaskResult(state, call) {
    const { taskId } = argumentsOf(call, ['taskId', 'raise_fault']);
    const task = state.tasks.find(({ id }) => id === taskId);
    if (task === undefined) throw generic(`No such task: ${String(taskId)}`);
    if (task.failure !== undefined) throw new HubFault(1005, 'BuildError', task.failure);
    return null;
  },
  listTaskOutput(state, call) {
    const { taskID, stat } = argumentsOf(call, ['taskID', 'stat', 'all_volumes', 'strict']);
    const output = state.tasks.find(({ id }) => id === taskID)?.output ?? new Map<string, string>();
    if (stat !== true) return [...output.keys()];
    return Object.fromEntries([...output].map(([name, text]) => [name, { st_size: String(text.length) }]));
  },
  downloadTaskOutput(state, call) {
    const { taskID, fileName, offset, size } = argumentsOf(call, [
      'taskID',
      'fileName',
      'offset',
      'size',
      'volume',
    ]);
    const text = state.tasks.find(({ id }) => id === taskID)?.output?.get(String(fileName));
    if (text === undefined) throw generic(`no file "${String(fileName)}" output by task ${String(taskID)}`);
    // As the hub does: seeking before the start of a file fails.
    const content = Buffer.from(text);
    const start = Number(offset) < 0 ? content.length + Number(offset) : Number(offset);
    if (start < 0) throw new HubFault(1, 'OSError', '[Errno 22] Invalid argument');
    return content.subarray(start, start + Number(size)).toString('base64');
  },
  listTasks(state, call) {
    const { opts, queryOpts } = argumentsOf(call, ['opts', 'queryOpts']);
    const { owner, method, createdAfter, decode, ...rest } = opts as Record<string, unknown>;
    if (Object.keys(rest).length > 0) throw new Error('listTasks: unknown opts');
    return state.tasks
      .filter(
        (task) => task.owner === owner && task.method === method && task.created >= Number(createdAfter),
      )
      .toSorted((a, b) => b.id - a.id)
      .slice(0, (queryOpts as { limit?: number }).limit)
      .map((task) => shownTask(task, decode === true));
  },
};

/** Need a session. */
export const ACTIONS: Readonly<Record<string, Action>> = {
  getLoggedInUser: (_state, call, caller) => {
    argumentsOf(call, []);
    return { ...caller, status: 0, usertype: 0 };
  },
  build(state, call, caller, now) {
    const { src, target, opts = {} } = argumentsOf(call, ['src', 'target', 'opts', 'priority', 'channel']);
    if (!state.targets.has(String(target))) throw generic(`No such build target: ${String(target)}`);
    const source = String(src);
    if (!source.startsWith('git+') && !state.files.has(source)) throw generic(`No such file: ${source}`);
    const id = 9000 + state.tasks.length;
    state.tasks.push({
      id,
      method: 'build',
      owner: caller.id,
      state: 0,
      created: now,
      request: [source, target, opts],
      label: String(target),
    });
    return id;
  },
  createSideTag(state, call) {
    const { basetag } = argumentsOf(call, ['basetag', 'debuginfo', 'suffix']);
    const base = tagNamed(state, basetag);
    const tag = addTag(state, `${base.name}-side-${state.tags.size + 100}`, [base.name]);
    state.targets.set(tag.name, { id: state.targets.size + 1, buildTag: tag.name, destTag: tag.name });
    return { name: tag.name, id: tag.id };
  },
  removeSideTag(state, call) {
    const { sidetag } = argumentsOf(call, ['sidetag']);
    if (!/-side-\d+$/.test(String(sidetag))) throw generic(`Not a sidetag: ${String(sidetag)}`);
    state.tags.delete(tagNamed(state, sidetag).name);
    return null;
  },
  tagBuild(state, call, caller, now) {
    const { tag, build } = argumentsOf(call, ['tag', 'build', 'force', 'fromtag']);
    tagNamed(state, tag).builds.push(String(build));
    const id = 9000 + state.tasks.length;
    state.tasks.push({
      id,
      method: 'tagBuild',
      owner: caller.id,
      state: 2,
      created: now,
      request: [tag, build],
    });
    return id;
  },
  untagBuild(state, call) {
    const { tag, build } = argumentsOf(call, ['tag', 'build', 'strict', 'force']);
    const own = tagNamed(state, tag);
    if (!own.builds.includes(String(build)))
      throw new HubFault(1003, 'TagError', `build ${String(build)} not in tag`);
    own.builds = own.builds.filter((nvr) => nvr !== build);
    return null;
  },
  cancelTask(state, call) {
    const { task_id: id } = argumentsOf(call, ['task_id', 'recurse']);
    for (const task of state.tasks) if (task.id === id || task.parent === id) task.state = 3;
    return null;
  },
  checkUpload(state, call) {
    const { path, name, verify } = argumentsOf(call, ['path', 'name', 'verify', 'tail', 'volume']);
    const content = state.files.get(`${String(path)}/${String(name)}`);
    if (content === undefined) return null;
    return { size: content.length, mtime: 1, hexdigest: verify === 'adler32' ? adler32(content) : null };
  },
};

/** As zlib's manual has it, byte for byte. */
export function adler32(content: Uint8Array): string {
  let a = 1;
  let b = 0;
  for (const byte of content) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return (b * 65536 + a).toString(16).padStart(8, '0');
}
