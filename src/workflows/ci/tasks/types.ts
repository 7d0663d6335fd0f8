/** The jobs that existing workflows do: what goes in, and how each unit ended. */
import type { LoadedConfig } from '../../../project/config/index.ts';
import type { Forge, StatusState } from '../../../remote/forge/index.ts';
import type { CiEvent } from '../event/index.ts';
import type { JobView, Unit } from '../select/index.ts';

export interface TaskOutcome {
  state: StatusState;
  /** At most 140 characters. */
  description: string;
  /** Page for people: pull request, task, update; `''` if none. */
  url: string;
}

export interface TaskInput {
  event: CiEvent;
  config: LoadedConfig;
  view: JobView;
  /** Of this job and package. */
  units: readonly Unit[];
  /** Where the event happened. */
  forge: Forge;
  /** The event is of a pull request from another project. */
  foreign: boolean;
  /** Directory with the project checked out at the event's commit; tasks that need one and have none clone it into a temporary directory. */
  checkout: string | undefined;
  /** `event`, `comment:ID`, `run:ID.ATTEMPT`: what failed is begun again for another cause than the one it failed for. */
  cause: string;
  onProgress(unit: Unit, outcome: TaskOutcome): Promise<void>;
  /**
   * False: what runs elsewhere (Koji, Image Builder) is begun or found, and its unit is `running`; a later call finds it and says how
   * it ended. Default: it is waited for.
   */
  wait?: boolean;
  /** Seconds to wait at most; what has not ended is `running`. Default: no limit. */
  timeout?: number;
  /** Page of this run, for people: the CI job. */
  runUrl?: string;
  /** What comments begin with, for texts that name a command. Default: `/packit`. */
  commentPrefix?: string;
}

/** By the keys of units. */
export type TaskOutcomes = ReadonlyMap<string, TaskOutcome>;
