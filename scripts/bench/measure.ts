/** Times commands against each other in one run: interleaved, so that a slow minute hits all of them alike. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface BenchCommand {
  name: string;
  /** Run one after the other; the time is the sum. */
  steps: readonly {
    argv: readonly string[];
    cwd: string;
    env?: Record<string, string>;
    stdoutTo?: 'ignore';
  }[];
  /** Puts things back before every run; not timed. */
  prepare?: () => void;
}

export interface Measurement {
  name: string;
  /** Milliseconds. */
  median: number;
  minimum: number;
  /** Peak resident memory in MB, of the largest single process started directly. */
  peakMegabytes: number;
}

export interface MeasureOptions {
  runs: number;
  warmup: number;
}

export async function measure(
  commands: readonly BenchCommand[],
  options: MeasureOptions,
): Promise<Measurement[]> {
  const samples = commands.map(() => ({ times: [] as number[], peak: 0 }));
  for (let run = -options.warmup; run < options.runs; run += 1) {
    for (const [index, command] of commands.entries()) {
      command.prepare?.();
      let total = 0;
      let peak = 0;
      for (const step of command.steps) {
        const outcome = await runOnce(step);
        total += outcome.milliseconds;
        peak = Math.max(peak, outcome.peakMegabytes);
      }
      const sample = samples[index];
      if (run >= 0 && sample !== undefined) {
        sample.times.push(total);
        sample.peak = Math.max(sample.peak, peak);
      }
    }
  }
  return commands.map((command, index) => {
    const { times, peak } = samples[index] ?? { times: [], peak: 0 };
    return { name: command.name, median: median(times), minimum: Math.min(...times), peakMegabytes: peak };
  });
}

function runOnce(
  step: BenchCommand['steps'][number],
): Promise<{ milliseconds: number; peakMegabytes: number }> {
  const [file, ...args] = step.argv;
  if (file === undefined) throw new RangeError('a step needs a program');
  // It alone adds tens of milliseconds to every start of Node 20.
  const { NODE_EXTRA_CA_CERTS: _unused, ...inherited } = process.env;
  return new Promise((resolve, reject) => {
    const started = process.hrtime.bigint();
    const child = spawn(file, args, {
      cwd: step.cwd,
      env: { ...inherited, ...step.env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const errors: Buffer[] = [];
    let peak = 0;
    const watch = setInterval(() => {
      peak = Math.max(peak, highWaterMark(child.pid));
    }, 4);
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(watch);
      const milliseconds = Number(process.hrtime.bigint() - started) / 1e6;
      if (code === 0) resolve({ milliseconds, peakMegabytes: peak });
      else
        reject(new Error(`${step.argv.join(' ')} exited with ${code}\n${Buffer.concat(errors).toString()}`));
    });
  });
}

/** The kernel's own record of a process's peak resident size, in MB; 0 once it is gone. */
function highWaterMark(pid: number | undefined): number {
  try {
    const match = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return match === null ? 0 : Number(match[1]) / 1024;
  } catch {
    return 0;
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
