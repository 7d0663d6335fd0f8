/** What of the person's surroundings decides how packit behaves, and goes into a recording with its secrets masked. */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PackitError } from '../errors.ts';
import { secretsIn } from '../tools/process/index.ts';
import type { Environment } from '../tools/process/index.ts';
import { PERSON } from './format.ts';
import { MASK } from './secrets.ts';
import type { Secrets } from './secrets.ts';

/** Variables packit reads for itself. */
const OWN = /^(?:PACKIT_[A-Z0-9_]+|DISTGIT_[A-Z0-9_]+|[A-Z0-9]+_(?:TOKEN|HOST|SERVER_URL)|KRB5_REALM)$/;
/** What would name programs to run, or belongs to the machine. */
const NEVER = /COMMAND|EDITOR|PAGER|ASKPASS|SSH|PATH$|PRELOAD|^PACKIT_GIT_|^PACKIT_CLI_VERSION$/;
/** Below the configuration directory. */
const FILES = ['packit.yaml', 'packit.yml', '.packit.yaml', 'copr', 'osc/oscrc'];

/** @returns the variables worth recording; values that are secret by their variable's name are masked whole */
export function recordedVariables(env: Environment, secrets: Secrets): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || !OWN.test(name) || NEVER.test(name)) continue;
    const secret = secretsIn({ [name]: value }).length > 0;
    result[name] = secret ? MASK : secrets.text(value);
  }
  return result;
}

/** The environment of a replay: what was recorded in place of this machine's. */
export function replayedEnvironment(env: Environment, recorded: Record<string, string>): Environment {
  const result: Record<string, string | undefined> = { ...env };
  for (const name of Object.keys(result)) if (OWN.test(name) && !NEVER.test(name)) delete result[name];
  for (const [name, value] of Object.entries(recorded)) {
    if (OWN.test(name) && !NEVER.test(name)) result[name] = value;
  }
  return result;
}

/** Copies the settings files packit reads, with secrets masked. */
export function recordFiles(config: string, directory: string, secrets: Secrets): void {
  for (const name of FILES) {
    const from = join(config, name);
    if (!existsSync(from)) continue;
    const to = join(directory, PERSON, name);
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, maskLines(secrets.text(readFileSync(from, 'utf8'))));
  }
}

/** Values of fields that are secret by name, in YAML and INI, whether packit read them or not. */
function maskLines(text: string): string {
  return text.replace(
    /^(\s*-?\s*["']?[\w.-]*(?:token|password|passwd|secret|api_key|pass|private_key|login)["']?\s*[:=][ \t]*)(\S.*)$/gim,
    `$1${MASK}`,
  );
}

/**
 * The recorded settings are somebody else's: what they would have packit run is not for this machine.
 * @throws PackitError `RECORDING_UNSAFE`
 */
export function checkFiles(directory: string): void {
  const person = join(directory, PERSON);
  if (!existsSync(person)) return;
  for (const name of readdirSync(person, { recursive: true, encoding: 'utf8' })) {
    if (!/\.ya?ml$/.test(name)) continue;
    const line = readFileSync(join(person, name), 'utf8')
      .split('\n')
      .findIndex(
        (one) =>
          /command/i.test(one) &&
          !/^\s*["']?\w*command["']?\s*:\s*["']?(?:koji|fedpkg|centpkg|rhpkg)\b[\w\s-]*["']?\s*$/i.test(one),
      );
    if (line >= 0) {
      throw new PackitError('RECORDING_UNSAFE', 'The settings in the recording name a program to run', {
        location: { file: join(person, name), line: line + 1 },
        hint: 'Read the line; if it is of no use to the replay, remove it from the recording.',
      });
    }
  }
}
