/** Koji, the build system: a client of its XML-RPC hub. */
export { createKoji } from './client.ts';
export type { BuildRequest, Koji, KojiOptions } from './client.ts';
export { FAULT, KojiError, isFault } from './faults.ts';
export { KOJI_URL } from './hub.ts';
export type {
  BuildState,
  ChangelogEntry,
  KojiBuild,
  KojiTag,
  KojiTarget,
  KojiTask,
  TaskState,
} from './shapes.ts';
export { decodeReply, encodeCall } from './xml-rpc.ts';
export type { Fault, Reply, Value } from './xml-rpc.ts';
