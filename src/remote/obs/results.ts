/** What `/build/PROJECT/_result` says of a package, as runs. */
import type { Run, RunState } from '../../run-state.ts';
import type { TargetRepository } from './project-meta.ts';
import { webUrl } from './pages.ts';
import { attribute, children, parseXml, textOf } from './xml.ts';

const STATES: Readonly<Record<string, RunState>> = {
  succeeded: 'succeeded',
  failed: 'failed',
  unresolvable: 'failed',
  broken: 'failed',
  // Nobody asked for a build that cannot be begun.
  locked: 'failed',
  excluded: 'skipped',
  disabled: 'skipped',
  building: 'running',
  signing: 'running',
  finished: 'running',
};

/** One line for states that say more than the seven of packit. */
const PLAIN = new Set(['succeeded', 'failed', 'building']);

export interface ResultPlace {
  /** `https://api.opensuse.org` */
  apiUrl: string;
  project: string;
  package: string;
}

/** The runs of the targets, named after them, in their order. What OBS has not heard of yet is queued. */
export function readResults(xml: string, targets: readonly TargetRepository[], place: ResultPlace): Run[] {
  const root = parseXml(xml, 'resultlist').documentElement;
  const results = root === null ? [] : children(root, 'result');
  return targets.map(({ target, repository, arch }) => {
    const links = linksOf(place, repository, arch);
    const result = results.find(
      (one) => attribute(one, 'repository') === repository && attribute(one, 'arch') === arch,
    );
    const status =
      result && children(result, 'status').find((one) => attribute(one, 'package') === place.package);
    if (result === undefined || status === undefined) return { name: target, state: 'queued', ...links };
    const code = attribute(status, 'code') ?? '';
    const state = STATES[code] ?? 'queued';
    const details = textOf(children(status, 'details')[0]);
    const note = [...(PLAIN.has(code) ? [] : [code]), ...(details === '' ? [] : [details])].join(': ');
    // The server has not looked at the new sources yet: this is the answer to the old ones.
    const stale = attribute(result, 'dirty') === 'true' && state !== 'running';
    return {
      name: target,
      state: stale ? 'queued' : state,
      ...links,
      ...(note === '' ? {} : { note }),
    };
  });
}

function linksOf({ apiUrl, project, package: name }: ResultPlace, repository: string, arch: string) {
  const path = [project, repository, arch, name].map(encodeURIComponent).join('/');
  return {
    url: `${webUrl(apiUrl)}/package/live_build_log/${project}/${name}/${repository}/${arch}`,
    log: `${apiUrl}/build/${path}/_log`,
  };
}
