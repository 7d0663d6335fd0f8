/**
 * One model of a build, wherever it is made. The table, `--json`, CI lines and exit codes are functions of it; each place
 * (Copr, Koji, mock, ...) only says what its own words mean.
 */
import { EXIT } from '../../errors.ts';
import { exitCodeOf, overallState } from '../../run-state.ts';
import type { Run, RunState } from '../../run-state.ts';
import type { FailedPackage } from '../srpm/index.ts';

/** Where it is built, or examined. */
export type BuildPlace = 'local' | 'mock' | 'copr' | 'koji' | 'obs' | 'image-builder' | 'osh' | 'tmt';

/** A chroot, a Koji target, an image, a test plan. */
export interface BuildTarget extends Run {
  /** Lines of its log that say why it failed, as they stand there. */
  evidence?: string[];
  /** What it made: absolute paths, or URLs. */
  results?: string[];
  /** What it consists of where that is known: shown, but its own state alone counts. */
  parts?: Run[];
}

/** Something that would be done elsewhere. */
export interface PlannedStep {
  /** Stable, kebab-case: `create-project`, `upload`. */
  action: string;
  /** For people: one line, such as `create the project jane/hello`. */
  summary: string;
  /** What would be sent. */
  details?: Record<string, unknown>;
}

export interface Build {
  place: BuildPlace;
  /** Name of the package in the configuration; of a build that was only attached to, the service's name for it. */
  package: string;
  /** The service's own number or name, once there is one. */
  id?: string;
  /** Page for people. */
  url?: string;
  /** Version and release, where they are known. */
  version?: string;
  state: RunState;
  targets: BuildTarget[];
  /** The command that attaches to it again. */
  watch?: string;
  /** In a dry run: what would be done. */
  plan?: PlannedStep[];
}

export interface BuildResult {
  builds: Build[];
  /** Packages for which nothing could be submitted. */
  failed: FailedPackage[];
  exitCode: number;
}

/** A build with the state its targets add up to. */
export function withTargets(build: Build, targets: readonly BuildTarget[]): Build {
  return { ...build, targets: [...targets], state: overallState(targets.map(({ state }) => state)) };
}

/**
 * The result of a command and its exit code. What was not waited for counts as well that it was submitted.
 * @param finished the builds were waited for: their states count
 */
export function buildResult(
  builds: readonly Build[],
  failed: readonly FailedPackage[],
  finished: boolean,
): BuildResult {
  const states: RunState[] = builds.flatMap((build): RunState[] =>
    !finished
      ? ['succeeded']
      : build.targets.length === 0
        ? [build.state]
        : build.targets.map(({ state }) => state),
  );
  const all: RunState[] = [...states, ...failed.map((): RunState => 'failed')];
  return { builds: [...builds], failed: [...failed], exitCode: all.length === 0 ? EXIT.ok : exitCodeOf(all) };
}
