/** The lines a script begins with: whose build this is, so that a second run finds it. */

export interface SourceMarker {
  /** Of the unit: 32 hexadecimal digits. */
  key: string;
  /** What asked for the build: `event`, `comment:ID` or `run:ID.ATTEMPT`. */
  cause: string;
}

const SHEBANG = '#!/bin/sh';
const KEY = /^# packit-key: ([0-9a-f]{32})$/;
const CAUSE = /^# packit-cause: ([\w.:-]{1,200})$/;

export function markerLines({ key, cause }: SourceMarker): string[] {
  return [
    SHEBANG,
    `# packit-key: ${key}`,
    `# packit-cause: ${cause.replace(/[^\w.:-]/g, '-').slice(0, 200)}`,
  ];
}

/** Undefined if the script is none of packit's. What is written further down in it does not count. */
export function keyIn(script: string): SourceMarker | undefined {
  const [first, second = '', third = ''] = script.split(/\r?\n/, 3);
  const key = first === SHEBANG ? KEY.exec(second)?.[1] : undefined;
  const cause = CAUSE.exec(third)?.[1];
  return key === undefined || cause === undefined ? undefined : { key, cause };
}
