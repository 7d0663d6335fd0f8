/** What no message tells of is looked at from time to time: a sweep of every project that events came from, or that was named. */
import type { Journal } from './journal.ts';
import type { SeenProject } from './queued-event.ts';
import type { HandledEvent } from './types.ts';

export interface SweeperOptions {
  journal: Journal;
  /** Swept besides those that events came from. */
  projects: readonly SeenProject[];
  /** Seconds between sweeps. */
  every: number;
  now: () => Date;
  enqueue: (event: HandledEvent) => Promise<void>;
  say: (line: string) => void;
}

export interface Sweeper {
  /** Queues a sweep for each project, unless another process has done so for this span of time. @returns how many */
  sweep(): Promise<number>;
}

export function createSweeper({ journal, projects, every, now, enqueue, say }: SweeperOptions): Sweeper {
  return {
    async sweep() {
      const slot = Math.floor(now().getTime() / (every * 1000));
      const key = `sweep ${slot}`;
      if (journal.take(key) !== 'mine') return 0;
      const all = new Map<string, SeenProject>();
      for (const one of [...projects, ...journal.remembered().flatMap(readProject)])
        all.set(nameOf(one), one);
      try {
        for (const [name, payload] of all) {
          await enqueue({
            source: 'sweep',
            name: 'sweep',
            payload,
            id: `sweep:${name}:${slot}`,
          });
        }
      } catch (error) {
        journal.free(key);
        throw error;
      }
      journal.done(key);
      if (all.size > 0) say(`${all.size} ${all.size === 1 ? 'project is' : 'projects are'} to be swept`);
      return all.size;
    },
  };
}

function nameOf({ instanceUrl, project }: SeenProject): string {
  const { namespace, name, forkOwner } = project;
  return `${instanceUrl}/${forkOwner === undefined ? '' : `fork/${forkOwner}/`}${namespace}/${name}`;
}

function readProject(text: string): SeenProject[] {
  try {
    return [JSON.parse(text) as SeenProject];
  } catch {
    return [];
  }
}
