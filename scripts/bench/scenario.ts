import { join, resolve } from 'node:path';
import type { Measurement } from './measure.ts';

export interface Row {
  subject: string;
  measured: string;
  bound?: string;
  holds: boolean;
}

export interface Scenario {
  name: string;
  /** Takes minutes or hundreds of megabytes: runs only when asked for by name. */
  large: boolean;
  /** Works in `directory`, which is removed afterwards. */
  run(directory: string): Promise<Row[]>;
}

/** Where the repository is. The runner of these scripts says where they were written. */
export const ROOT = resolve(import.meta.dirname, '..', '..');
export const PACKIT: readonly string[] = [process.execPath, join(ROOT, 'bin/packit.js')];

/** One row that compares two medians with an upper bound. */
export function ratioRow(subject: string, ours: Measurement, bare: Measurement, limit: number): Row {
  const ratio = ours.median / bare.median;
  return {
    subject,
    measured: `${ratio.toFixed(2)} (${milliseconds(ours.median)} against ${milliseconds(bare.median)})`,
    bound: `at most ${limit}`,
    holds: ratio <= limit,
  };
}

export function memoryRow(subject: string, measurement: Measurement, limit?: number): Row {
  return {
    subject: `${subject}: peak memory`,
    measured: `${measurement.peakMegabytes.toFixed(0)} MB`,
    ...(limit === undefined ? {} : { bound: `under ${limit} MB` }),
    holds: limit === undefined || measurement.peakMegabytes < limit,
  };
}

export function milliseconds(value: number): string {
  return value < 2000 ? `${value.toFixed(0)} ms` : `${(value / 1000).toFixed(1)} s`;
}
