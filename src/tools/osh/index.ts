/** `osh-cli`: static analysis by OpenScanHub. */
import { CommandError, EXIT, PackitError, ServiceError } from '../../errors.ts';
import type { Run } from '../process/index.ts';

export interface OshScan {
  /** Absolute path of the SRPM to be scanned. */
  srpm: string;
  /** What to compare with: a SRPM (absolute path), or a build in Koji. At most one. */
  base?: { srpm: string } | { nvr: string };
  /** The mock configuration: `fedora-rawhide-x86_64`. */
  config: string;
  comment: string;
  csmockArgs?: string;
  analyzer?: string;
  profile?: string;
}

export interface SubmittedScan {
  id?: number;
  url: string;
}

export function oshArguments(scan: OshScan): string[] {
  const { base, csmockArgs, analyzer, profile } = scan;
  return [
    'osh-cli',
    ...(base === undefined
      ? ['mock-build', scan.srpm]
      : [
          'version-diff-build',
          `--srpm=${scan.srpm}`,
          'srpm' in base ? `--base-srpm=${base.srpm}` : `--base-nvr=${base.nvr}`,
        ]),
    ...(csmockArgs === undefined ? [] : [`--csmock-args=${csmockArgs}`]),
    ...(analyzer === undefined ? [] : [`--analyzer=${analyzer}`]),
    ...(profile === undefined ? [] : [`--profile=${profile}`]),
    `--config=${scan.config}`,
    '--nowait',
    '--json',
    `--comment=${scan.comment}`,
  ];
}

/** @throws PackitError `OSH_MISSING`, `OSH_USAGE`; ServiceError `OSH_FAILED`, `OSH_ANSWER` */
export async function submitScan(run: Run, cwd: string, scan: OshScan): Promise<SubmittedScan> {
  const argv = oshArguments(scan);
  try {
    const { stdout } = await run(argv, { cwd });
    return readAnswer(stdout.toString('utf8'));
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    if (error.code === 'COMMAND_NOT_FOUND') {
      throw new PackitError('OSH_MISSING', 'osh-cli is not installed (or not on PATH)', {
        hint: 'On Fedora: sudo dnf install osh-client. Its configuration is ~/.config/osh/client.conf.',
        cause: error,
      });
    }
    const usage = error.failure.exitCode === 2;
    throw new PackitError(
      usage ? 'OSH_USAGE' : 'OSH_FAILED',
      usage ? 'osh-cli did not accept its arguments' : 'OpenScanHub did not take the scan',
      {
        exitCode: usage ? EXIT.failure : EXIT.service,
        details: error.details,
        hint: 'It needs a Kerberos ticket (fkinit) and dns_canonicalize_hostname = false in /etc/krb5.conf; try: osh-cli list-tasks.',
        cause: error,
      },
    );
  }
}

function readAnswer(text: string): SubmittedScan {
  // Warnings of its libraries may stand before the document.
  const from = text.indexOf('{');
  try {
    const { id, url } = JSON.parse(from < 0 ? '' : text.slice(from)) as Record<string, unknown>;
    if (typeof url === 'string') return { ...(typeof id === 'number' ? { id } : {}), url };
  } catch {
    // Said below.
  }
  throw new ServiceError('OSH_ANSWER', 'osh-cli did not say where the scan is', {
    details: text.trim().split('\n').slice(-20),
    hint: 'The scan may have been submitted: see osh-cli list-tasks.',
  });
}
