/** Bodies of Fedora Messaging with the fields their services document. */
import { SHA } from './payloads.ts';

const PREFIX = 'org.fedoraproject.prod.';

export interface TestMessage {
  name: string;
  payload: object;
}

export interface KojiBuildOptions {
  /** 0 building, 1 complete, 2 deleted, 3 failed, 4 cancelled. */
  state?: number;
  owner?: string;
  target?: string;
  method?: string;
  name?: string;
  version?: string;
  release?: string;
  /** Null: a build that nobody asked for by a commit. */
  source?: string | null;
}

export function kojiBuildMessage(options: KojiBuildOptions = {}): TestMessage {
  const { state = 1, name = 'hello', target = 'f42-candidate' } = options;
  const source = options.source ?? `git+https://src.fedoraproject.org/rpms/${name}.git#${SHA}`;
  return {
    name: `${PREFIX}buildsys.build.state.change`,
    payload: {
      attribute: 'state',
      build_id: 2_345_678,
      task_id: 112_233_445,
      instance: 'primary',
      owner: options.owner ?? 'packit',
      name,
      version: options.version ?? '1.1.0',
      release: options.release ?? '1.fc42',
      epoch: null,
      old: 0,
      new: state,
      request: options.source === null ? [] : [source, target, {}],
      task: { id: 112_233_445, method: options.method ?? 'build', state: 2, children: [] },
    },
  };
}

export function kojiTaskMessage(state: string): TestMessage {
  return {
    name: `${PREFIX}buildsys.task.state.change`,
    payload: {
      attribute: 'state',
      id: 99_887_766,
      old: 'OPEN',
      new: state,
      owner: 'packit',
      method: 'build',
      info: { id: 99_887_766, state: 2, children: [] },
    },
  };
}

export function kojiTagMessage(tag: string, name = 'libhello'): TestMessage {
  return {
    name: `${PREFIX}buildsys.tag`,
    payload: {
      build_id: 2_345_679,
      name,
      version: '2.0',
      release: '1.fc42',
      tag,
      tag_id: 4711,
      owner: 'packit',
      user: 'bodhi',
      instance: 'primary',
    },
  };
}

export function coprMessage(kind: 'start' | 'end', status: number, chroot: string): TestMessage {
  return {
    name: `${PREFIX}copr.build.${kind}`,
    payload: {
      user: 'packit',
      owner: 'packit',
      copr: 'jane-hello-7',
      pkg: 'hello',
      build: 1_044_215,
      chroot,
      version: '1.1.0-1',
      status,
      ip: '127.0.0.1',
      who: 'backend.worker',
      pid: 123,
      what: 'build end',
    },
  };
}

export function hotnessMessage(versions: readonly string[], bug: number | null = 2_106_196): TestMessage {
  return {
    name: `${PREFIX}hotness.update.bug.file`,
    payload: {
      package: 'hello',
      bug: { bug_id: bug },
      trigger: {
        topic: 'org.release-monitoring.prod.anitya.project.version.update.v2',
        msg: {
          project: { id: 123, name: 'hello', version: versions[0] ?? null },
          message: { upstream_versions: [...versions], agent: 'anitya' },
        },
      },
    },
  };
}
