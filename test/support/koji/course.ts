/** How builds go on a hub: a source RPM, then packages, look by look. */
import type { TestKoji } from './server.ts';
import type { HubState, HubTask } from './state.ts';

export interface KojiCourse {
  /** Targets whose builds break in the chroot. */
  failing?: readonly string[];
  /** Looks until a build ends. Default 3. */
  steps?: number;
}

/** Every build goes on by one step at each look. */
export function goOn(hub: TestKoji, { failing = [], steps = 3 }: KojiCourse = {}): void {
  const looks = new Map<number, number>();
  hub.onLook = (state) => {
    for (const task of state.tasks.filter(({ method }) => method === 'build')) {
      if (task.state > 1) continue;
      const look = (looks.get(task.id) ?? 0) + 1;
      looks.set(task.id, look);
      const [, target] = task.request;
      const broken = failing.includes(String(target));
      task.state = 1;
      child(state, task, { method: 'buildSRPMFromSCM', id: task.id * 10, label: 'srpm' }).state =
        look > 1 ? 2 : 1;
      if (look < 2) continue;
      const arch = child(state, task, { method: 'buildArch', id: task.id * 10 + 1, label: 'x86_64' });
      if (look < steps) continue;
      arch.state = broken ? 5 : 2;
      task.state = broken ? 5 : 2;
      if (!broken) continue;
      task.failure = 'error building package (arch x86_64), mock exited with status 1; see build.log';
      arch.output = new Map([
        ['build.log', 'hello.c:1: error: no such thing\nerror: Bad exit status from /x (%build)\n'],
      ]);
    }
  };
}

function child(
  state: HubState,
  parent: HubTask,
  { id, ...values }: { id: number; method: string; label: string },
): HubTask {
  const found = state.tasks.find((one) => one.id === id);
  if (found !== undefined) return found;
  const made: HubTask = { ...parent, ...values, id, parent: parent.id, state: 1, request: [] };
  state.tasks.push(made);
  return made;
}
