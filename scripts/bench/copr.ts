import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext } from '../../src/context.ts';
import { buildInCopr } from '../../src/workflows/build/copr/index.ts';
import { startCopr } from '../../test/support/copr/server.ts';
import type { CoprServer } from '../../test/support/copr/server.ts';
import { measure } from './measure.ts';
import { IDENTITY, SPEC, makeRepository } from './repository.ts';
import { PACKIT, memoryRow, ratioRow } from './scenario.ts';
import type { Row, Scenario } from './scenario.ts';

const HOUR = 3600;
const SRPM_BYTES = 5_000_000;

/** Against the stand-in for Copr that the tests use, on loopback. */
export const coprScenario: Scenario = {
  name: 'copr',
  large: false,
  async run(directory) {
    const copr = await startCopr();
    try {
      const repository = join(directory, 'bench');
      mkdirSync(repository);
      makeRepository(repository, { 'bench.spec': SPEC, '.packit.yaml': 'specfile_path: bench.spec\n' });
      const srpm = join(directory, 'bench-1-1.src.rpm');
      writeFileSync(
        srpm,
        Buffer.concat([Buffer.from([0xed, 0xab, 0xee, 0xdb]), Buffer.alloc(SRPM_BYTES, 1)]),
      );
      copr.writeLogin(directory);
      const rows: Row[] = [];
      for (const chroots of [1, 10, 40])
        rows.push(await requestsRow(copr, { directory, repository, srpm, chroots }));
      return [...rows, ...(await submissionRows(copr, { directory, repository, srpm }))];
    } finally {
      await copr.close();
    }
  },
};

interface Place {
  directory: string;
  repository: string;
  srpm: string;
}

/** A build of an hour by a clock that only waiting moves, in which some chroot changes its state all the time. */
async function requestsRow(
  copr: CoprServer,
  { directory, repository, srpm, chroots }: Place & { chroots: number },
): Promise<Row> {
  let seconds = 0;
  const start = 1_800_000_000;
  copr.now = () => start + seconds;
  copr.offered = Array.from({ length: chroots }, (_, index) => `fedora-${index + 1}-x86_64`);
  const share = HOUR / (2 * chroots);
  copr.script = {
    source: { run: 120 },
    import: 30,
    chroots: Object.fromEntries(
      copr.offered.map((name, index) => [
        name,
        { queue: index * share, run: HOUR - 150 - index * share * 1.5 },
      ]),
    ),
  };
  const before = copr.requests.length;
  const ctx = createContext({ cwd: repository, env: { ...process.env, HOME: directory, TMPDIR: directory } });
  const { exitCode } = await buildInCopr(ctx, {
    wait: true,
    srpm,
    project: `requests-${chroots}`,
    targets: copr.offered.join(','),
    poll: {
      now: () => seconds * 1000,
      sleep: (milliseconds) => {
        seconds += milliseconds / 1000;
        return Promise.resolve();
      },
    },
  });
  const requests = copr.requests.length - before;
  return {
    subject: `\`build in-copr\` of 60 minutes, ${chroots} chroot${chroots === 1 ? '' : 's'}: requests in all`,
    measured: `${requests}`,
    bound: 'at most 150',
    holds: exitCode === 0 && requests <= 150,
  };
}

/** From the command to the submitted build. The other client is fetched from PyPI; without it its row says so. */
async function submissionRows(copr: CoprServer, { directory, repository, srpm }: Place): Promise<Row[]> {
  copr.now = () => Date.now() / 1000;
  copr.offered = ['fedora-rawhide-x86_64'];
  copr.script = {};
  copr.addProject('jane', 'bench', { chroots: [...copr.offered] });
  const env = { ...IDENTITY, HOME: directory, PACKIT_POLL_DELAY: '1' };
  const argv = [
    ...PACKIT,
    'build',
    '--srpm',
    srpm,
    'in-copr',
    '--project',
    'bench',
    '--targets',
    'fedora-rawhide-x86_64',
  ];
  const ours = { name: 'packit', steps: [{ argv: [...argv, '--no-wait'], cwd: repository, env }] };
  const other = coprCli(directory);
  const theirs = {
    name: 'copr-cli',
    steps: [
      {
        argv: [
          other ?? '',
          '--config',
          join(directory, '.config/copr'),
          'build',
          '--nowait',
          '-r',
          'fedora-rawhide-x86_64',
          'jane/bench',
          srpm,
        ],
        cwd: repository,
        env,
      },
    ],
  };
  const waiting = { name: 'waiting', steps: [{ argv, cwd: repository, env }] };
  const [mine, waited, reference] = await measure([ours, waiting, ...(other === undefined ? [] : [theirs])], {
    runs: 11,
    warmup: 1,
  });
  if (mine === undefined || waited === undefined) return [];
  const subject = '`build --srpm in-copr --no-wait` of 5 MB / `copr-cli build`';
  return [
    reference === undefined
      ? { subject, measured: 'copr-cli could not be installed', holds: true }
      : ratioRow(subject, mine, reference, 1.2),
    memoryRow('`build --srpm in-copr`, waiting', waited),
  ];
}

function coprCli(directory: string): string | undefined {
  const environment = join(directory, 'python');
  try {
    execFileSync('python3', ['-m', 'venv', environment], { stdio: 'ignore' });
    execFileSync(join(environment, 'bin/pip'), ['install', '--quiet', 'copr-cli'], {
      stdio: 'ignore',
      timeout: 300_000,
    });
    return join(environment, 'bin/copr-cli');
  } catch {
    return undefined;
  }
}
