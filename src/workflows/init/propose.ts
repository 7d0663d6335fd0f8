import { basename, dirname } from 'node:path';
import { templateOfTag, versionFromTag } from '../../project/version/index.ts';
import type { ProjectFacts } from './facts.ts';
import { packageName } from './render-spec.ts';

/** A job that `packit init` can write. */
export type ProposedJob = 'copr_build' | 'propose_downstream' | 'koji_build';

/** What goes into the configuration. */
export interface Proposal {
  specfile_path: string;
  upstream_package_name: string;
  downstream_package_name: string;
  upstream_project_url: string | undefined;
  /** Undefined: tags are versions. */
  upstream_tag_template: string | undefined;
  /** Files for dist-git besides the spec and the configuration; none leaves `files_to_sync` out. */
  files: readonly string[];
  /** Undefined leaves `jobs` out: the default jobs. */
  jobs: readonly ProposedJob[] | undefined;
}

/** What the facts suggest; the answers where nobody is asked. */
export function propose(facts: ProjectFacts): Proposal {
  const name = facts.repositoryName;
  const packageNamed = packageName(name);
  const specName = facts.specfile === undefined ? undefined : basename(facts.specfile, '.spec');
  return {
    specfile_path: facts.specfile ?? `${packageNamed}.spec`,
    upstream_package_name: name,
    downstream_package_name: facts.specName ?? specName ?? packageNamed,
    upstream_project_url: facts.projectUrl,
    upstream_tag_template: proposeTagTemplate(facts.tags),
    files: proposeFiles(facts.patches),
    jobs: undefined,
  };
}

/** As many tags as tell how the project names its releases now. */
const LOOKED_AT = 20;

/**
 * The template that most of the newest tags fit, such as `v{version}`; undefined if tags are plain
 * versions or have no common shape.
 */
export function proposeTagTemplate(tags: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const tag of tags.slice(0, LOOKED_AT)) {
    const template = templateOfTag(tag);
    if (template !== undefined) counts.set(template, (counts.get(template) ?? 0) + 1);
  }
  // Of two shapes seen equally often, the one seen first is the newer.
  const [best] = [...counts].sort((a, b) => b[1] - a[1]);
  if (best === undefined || best[0] === '{version}') return undefined;
  const [template] = best;
  const fits = tags.some((tag) => versionFromTag(tag, { upstream_tag_template: template }) !== undefined);
  return fits ? template : undefined;
}

/** Patches beside the spec as one pattern. */
export function proposeFiles(patches: readonly string[]): string[] {
  const [first] = patches;
  if (first === undefined) return [];
  if (patches.length === 1) return [first];
  const folder = dirname(first);
  return [folder === '.' ? '*.patch' : `${folder}/*.patch`];
}
