/** Jobs of a configuration as `packit ci` works on them, and events, for tests. */
import type { CiEvent } from '../../../src/workflows/ci/event/index.ts';
import { normalise } from '../../../src/workflows/ci/event/index.ts';
import { selectJobs } from '../../../src/workflows/ci/select/index.ts';
import type { JobView } from '../../../src/workflows/ci/select/index.ts';
import { inspectText } from '../configs.ts';

/** An event of GitHub, from its payload. */
export function eventFrom(name: string, payload: object): CiEvent {
  const { event, ignored } = normalise({ env: { GITHUB_ACTIONS: 'true' }, name, payload, prefix: '/packit' });
  if (event === undefined) throw new Error(ignored);
  return event;
}

/** The jobs of `config` that the event starts. */
export async function viewsFor(config: string, event: CiEvent): Promise<JobView[]> {
  const { jobs, packages, problems } = await inspectText(config);
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'));
  const options = { instance: 'prod', defaultBranch: 'main' };
  return selectJobs({ jobs, packages }, event, options).selected;
}

export async function viewFor(config: string, event: CiEvent): Promise<JobView> {
  const [view] = await viewsFor(config, event);
  if (view === undefined) throw new Error('no job is started');
  return view;
}
