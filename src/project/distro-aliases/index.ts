/** What `fedora-all`, `epel-9`, `opensuse-all`, ... stand for. */
export { computeAliases } from './compute.ts';
export type { Aliases, Distro } from './distro.ts';
export {
  ARCHITECTURES,
  branchesFor,
  buildTargetsFor,
  expandAliases,
  fastForwardBranchesFor,
  knownDistros,
  kojiTargetsFor,
} from './expand.ts';
export type { BranchOptions, ExpandOptions } from './expand.ts';
export { bundledAliases, loadAliases, needsAliases } from './load.ts';
export type { LoadAliasesOptions, LoadedAliases } from './load.ts';
export { SNAPSHOT } from './snapshot.ts';
