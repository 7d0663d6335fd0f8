/**
 * A project's settings, `_meta`. What is there is kept: repositories and architectures are added, nothing is taken away or
 * replaced that was not asked for.
 */
import { PackitError } from '../../errors.ts';
import type { ObsTarget, RepositoryPath } from './targets.ts';
import { attribute, children, element, parseXml, stringifyXml, textOf } from './xml.ts';
import type { Document, Element } from './xml.ts';

/** What is to be true of the project. */
export interface ProjectWishes {
  project: string;
  owner: string;
  /** Undefined: as it is, empty in a new project. */
  description?: string | undefined;
  targets: readonly ObsTarget[];
}

/** A target's place in the project. */
export interface TargetRepository {
  target: string;
  repository: string;
  arch: string;
}

export interface ProjectMeta {
  isNew: boolean;
  /** The settings to send; undefined if the project is as it should be. */
  xml: string | undefined;
  /** In words, one line each. */
  changes: string[];
  repositories: TargetRepository[];
}

/** @param current the present `_meta`; undefined if there is no such project */
export function planProjectMeta(current: string | undefined, wishes: ProjectWishes): ProjectMeta {
  const document = current === undefined ? newProject(wishes) : parseXml(current, 'project');
  const root = document.documentElement;
  if (root === null) throw new TypeError('a parsed document has a root');
  const changes = current === undefined ? [`create the project ${wishes.project}`] : [];
  const description = children(root, 'description')[0];
  if (
    current !== undefined &&
    wishes.description !== undefined &&
    textOf(description) !== wishes.description
  ) {
    changes.push(`set its description to "${wishes.description}"`);
    const changed = element(document, 'description', {}, wishes.description);
    if (description === undefined) root.appendChild(changed);
    else root.replaceChild(changed, description);
  }
  const repositories = wishes.targets.map((target) => placeTarget(document, root, target, changes));
  const xml = changes.length === 0 ? undefined : stringifyXml(document);
  return { isNew: current === undefined, xml, changes, repositories };
}

function newProject({ project, owner, description = '' }: ProjectWishes): Document {
  const document = parseXml('<project/>', 'project');
  const root = document.documentElement;
  root?.setAttribute('name', project);
  root?.appendChild(element(document, 'title', {}, 'Packit project'));
  root?.appendChild(element(document, 'description', {}, description));
  root?.appendChild(element(document, 'person', { userid: owner, role: 'maintainer' }));
  return document;
}

/** The repository with the target's paths, with the architecture added if it lacks it; else a new one. */
function placeTarget(
  document: Document,
  root: Element,
  target: ObsTarget,
  changes: string[],
): TargetRepository {
  const existing = children(root, 'repository');
  const match = existing.find((repository) => samePaths(pathsOf(repository), target.paths));
  if (match !== undefined) {
    const name = attribute(match, 'name') ?? '';
    if (!children(match, 'arch').some((arch) => textOf(arch) === target.arch)) {
      match.appendChild(element(document, 'arch', {}, target.arch));
      changes.push(`add ${target.arch} to its repository ${name}`);
    }
    return { target: target.name, repository: name, arch: target.arch };
  }
  if (existing.some((repository) => attribute(repository, 'name') === target.name)) {
    throw new PackitError(
      'OBS_REPOSITORY_DIFFERS',
      `The project has a repository ${target.name} that stands on something else than the target of that name`,
      {
        hint: 'Name another project with --project, or mend the repository in OBS.',
      },
    );
  }
  const paths = target.paths.map((path) => element(document, 'path', { ...path }));
  const added = [...paths, element(document, 'arch', {}, target.arch)];
  root.appendChild(element(document, 'repository', { name: target.name }, added));
  changes.push(`add the repository ${target.name}`);
  return { target: target.name, repository: target.name, arch: target.arch };
}

function pathsOf(repository: Element): RepositoryPath[] {
  return children(repository, 'path').map((path) => ({
    project: attribute(path, 'project') ?? '',
    repository: attribute(path, 'repository') ?? '',
  }));
}

function samePaths(one: readonly RepositoryPath[], other: readonly RepositoryPath[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Every repository with each of its architectures, named `REPOSITORY/ARCH`. */
export function repositoriesOf(meta: string): TargetRepository[] {
  const root = parseXml(meta, 'project').documentElement;
  return (root === null ? [] : children(root, 'repository')).flatMap((one) => {
    const repository = attribute(one, 'name') ?? '';
    return children(one, 'arch').map((arch) => ({
      target: `${repository}/${textOf(arch)}`,
      repository,
      arch: textOf(arch),
    }));
  });
}

/** The settings of a new package. */
export function newPackageMeta(project: string, name: string): string {
  const document = parseXml('<package/>', 'package');
  const root = document.documentElement;
  root?.setAttribute('name', name);
  root?.setAttribute('project', project);
  root?.appendChild(element(document, 'title', {}, `The ${name} package`));
  root?.appendChild(element(document, 'description'));
  return stringifyXml(document);
}
