/** One job of GitHub or Forgejo Actions that runs packit: the same in all workflows but for what starts it. */
import type { Needs } from './needs.ts';
import { image, npmPackage } from './pins.ts';
import {
  COPR_FROM_VARIABLE,
  FAS_USER,
  expression,
  indented,
  userConfiguration,
  userSettings,
} from './shell.ts';

export interface ActionsJob {
  /** `ubuntu-24.04`, `docker`. */
  runsOn: string;
  /** Steps, before those of packit, as YAML. */
  before?: readonly string[];
  /** Of the command line: `ci run --deadline 5h`. */
  command: string;
  /** Expression on which the last steps depend. */
  condition?: string;
  timeoutMinutes: number;
  permissions: Readonly<Record<string, 'read' | 'write'>>;
  group: string;
  /** Expression or word. */
  cancel: string;
  /** Expression that starts the job. */
  if?: string;
  /** Run in packit's own image: Kerberos, rpmbuild. */
  inImage: boolean;
  /** Logins to dist-git go along. */
  distGit: boolean;
  /** Variables for the forge's own token. */
  token: Readonly<Record<string, string>>;
}

/** The job as YAML, below `jobs:`. */
export function actionsJob(id: string, job: ActionsJob, needs: Needs, version: string): string {
  const lines = [
    `name: packit ${job.command.split(' --')[0]}${id === 'release' ? ', release' : ''}`,
    ...(job.if === undefined ? [] : [`if: >-\n${indented(job.if, 2)}`]),
    `runs-on: ${job.runsOn}`,
    ...(job.inImage ? [`container: ${image(version)}`] : []),
    `timeout-minutes: ${job.timeoutMinutes}`,
    `permissions:\n${indented(mapping(job.permissions), 2)}`,
    `concurrency:\n  group: ${job.group}\n  cancel-in-progress: ${job.cancel}`,
    `steps:\n${indented(steps(job, needs, version).join(''), 2)}`,
  ];
  return `  ${id}:\n${indented(lines.join('\n'), 4)}`;
}

function steps(job: ActionsJob, needs: Needs, version: string): string[] {
  const settings = userSettings({ ...needs, kerberos: needs.kerberos || job.distGit });
  // A directory that is emptied after the job, also on a runner that stays.
  const home = job.inImage ? {} : { HOME: `${expression('runner.temp')}/home` };
  const env: Record<string, string> = {
    ...job.token,
    ...(needs.testingFarm ? { TESTING_FARM_API_TOKEN: secret('TESTING_FARM_API_TOKEN') } : {}),
    ...(job.distGit ? { PACKIT_PAGURE_TOKEN: secret('PACKIT_PAGURE_TOKEN') } : {}),
    ...home,
  };
  const program = job.inImage ? 'packit' : `npx --yes --package ${npmPackage(version)} -- packit`;
  const call = `${program} ${job.command}`;
  return [
    ...(job.before ?? []),
    ...(needs.copr
      ? [
          step(
            'Log in to Copr',
            job,
            { COPR_CONFIG: secret('COPR_CONFIG'), ...home },
            `run: |\n${indented(COPR_FROM_VARIABLE, 2)}`,
          ),
        ]
      : []),
    ...(settings.length > 0
      ? [
          step(
            'User configuration',
            job,
            { ...Object.fromEntries(settings.map((name) => [name, setting(name)])), ...home },
            `run: |\n${indented(userConfiguration(settings), 2)}`,
          ),
        ]
      : []),
    // In place of the shell, which alone is told when the job is cancelled.
    step(`packit ${job.command.split(' --')[0]}`, job, env, `run: exec ${call}\n`),
  ];
}

function step(
  name: string,
  { condition }: ActionsJob,
  env: Readonly<Record<string, string>>,
  run: string,
): string {
  const lines = [
    ...(condition === undefined ? [] : [`if: ${condition}\n`]),
    `env:\n${indented(mapping(env), 2)}\n`,
    run,
  ];
  return `- name: ${name}\n${indented(lines.join(''), 2)}`;
}

function mapping(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}

/** Names of accounts are no secrets. */
function setting(name: string): string {
  return name === FAS_USER ? expression(`vars.${name}`) : secret(name);
}

function secret(name: string): string {
  return expression(`secrets.${name}`);
}
