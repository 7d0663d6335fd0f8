/** The lines a script begins with: whose build this is, so that a second run finds it. */
import { createHash } from 'node:crypto';
import { projectPath } from '../../../remote/forge/index.ts';
import type { CiEvent } from '../event/index.ts';

export interface SourceMarker {
  /** Of the unit: 32 hexadecimal digits. */
  key: string;
  /** What asked for the build: `event`, `comment:ID` or `run:ID.ATTEMPT`. */
  cause: string;
  /** What the commit is of, see `sourceRef`. */
  ref?: string;
  /** The commit that was built. */
  sha?: string;
}

const SHEBANG = '#!/bin/sh';
const KEY = /^# packit-key: ([0-9a-f]{32})$/;
const CAUSE = /^# packit-cause: ([\w.:-]{1,200})$/;
const REF = /^# packit-ref: ([0-9a-f]{32})$/;
const SHA = /^# packit-sha: ([0-9a-f]{40,64})$/;

/** Stands for a pull request, a branch or a tag of a project; 32 hexadecimal digits. Commits of one ref follow each other. */
export function sourceRef({ instanceUrl, project, trigger, pullRequest, branch, tag }: CiEvent): string {
  const parts = [instanceUrl, projectPath(project), trigger, pullRequest?.number ?? branch ?? tag];
  return createHash('sha256').update(parts.join('|')).digest('hex').slice(0, 32);
}

export function markerLines({ key, cause, ref, sha }: SourceMarker): string[] {
  return [
    SHEBANG,
    `# packit-key: ${key}`,
    `# packit-cause: ${cause.replace(/[^\w.:-]/g, '-').slice(0, 200)}`,
    ...(ref === undefined ? [] : [`# packit-ref: ${ref}`]),
    // Nothing else may stand on a line of its own.
    ...(sha !== undefined && /^[0-9a-f]{40,64}$/.test(sha) ? [`# packit-sha: ${sha}`] : []),
  ];
}

/** Undefined if the script is none of packit's. What is written further down in it does not count. */
export function keyIn(script: string): SourceMarker | undefined {
  const [first, second = '', third = '', fourth = '', fifth = ''] = script.split(/\r?\n/, 5);
  const key = first === SHEBANG ? KEY.exec(second)?.[1] : undefined;
  const cause = CAUSE.exec(third)?.[1];
  if (key === undefined || cause === undefined) return undefined;
  const ref = REF.exec(fourth)?.[1];
  const sha = SHA.exec(ref === undefined ? fourth : fifth)?.[1];
  return { key, cause, ...(ref === undefined ? {} : { ref }), ...(sha === undefined ? {} : { sha }) };
}
