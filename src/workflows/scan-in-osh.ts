/** A package's source RPM, analysed by OpenScanHub. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Context } from '../context.ts';
import { PackitError } from '../errors.ts';
import { ensureTicket } from '../tools/kerberos/index.ts';
import { oshArguments, submitScan } from '../tools/osh/index.ts';
import type { OshScan } from '../tools/osh/index.ts';
import { displayCommand } from '../tools/process/index.ts';
import { buildResult, givenSrpm, sourceRpm } from './build/index.ts';
import type { Build, BuildResult, SourceRpmInput } from './build/index.ts';
import { forEachPackage, openProject } from './srpm/index.ts';

export interface ScanInput extends SourceRpmInput {
  /** The mock configuration; `osh_options.config` comes first. */
  target: string;
  baseSrpm?: string | undefined;
  baseNvr?: string | undefined;
  comment: string;
  csmockArgs?: string | undefined;
}

/** Submits a scan for every package; nobody waits for them. @throws PackitError USAGE, SRPM_NOT_FOUND, those of osh-cli */
export async function scanInOsh(ctx: Context, input: ScanInput): Promise<BuildResult> {
  const base = baseOf(ctx, input);
  await ticketFromKeytab(ctx);
  const project = await openProject(ctx, input);
  try {
    givenSrpm(ctx, input, project.packages);
    const { done, failed } = await forEachPackage(
      ctx,
      project.packages,
      async (pkg, packageCtx): Promise<Build> => {
        const { analyzer, profile, config } = pkg.osh_options;
        const csmockArgs = input.csmockArgs ?? pkg.csmock_args ?? undefined;
        const { path: srpm, version } = await sourceRpm(packageCtx, input, project, pkg);
        const scan: OshScan = {
          srpm,
          config: config ?? input.target,
          comment: input.comment,
          ...(base === undefined ? {} : { base }),
          ...(csmockArgs === undefined ? {} : { csmockArgs }),
          ...(analyzer === null ? {} : { analyzer }),
          ...(profile === null ? {} : { profile }),
        };
        const about = {
          place: 'osh',
          package: pkg.name,
          ...(version === undefined ? {} : { version }),
        } as const;
        if (ctx.dryRun) {
          const command = displayCommand(oshArguments(scan));
          return {
            ...about,
            state: 'queued',
            targets: [],
            plan: [{ action: 'scan', summary: `run ${command}` }],
          };
        }
        const { id, url } = await packageCtx.ui.step('Submitting the scan', () =>
          submitScan(ctx.run, ctx.cwd, scan),
        );
        ctx.ui.info(`Scan URL: ${url}`);
        const targets = [{ name: scan.config, state: 'queued' as const, url }];
        return { ...about, ...(id === undefined ? {} : { id: String(id) }), url, state: 'queued', targets };
      },
    );
    return buildResult(done, failed, false);
  } finally {
    await project.dispose();
  }
}

function baseOf(ctx: Context, { baseSrpm, baseNvr }: ScanInput): OshScan['base'] {
  if (baseSrpm !== undefined && baseNvr !== undefined) {
    throw new PackitError('USAGE', '--base-srpm and --base-nvr exclude each other', {
      hint: 'Give one of them.',
    });
  }
  if (baseNvr !== undefined) return { nvr: baseNvr };
  if (baseSrpm === undefined) return undefined;
  const srpm = resolve(ctx.cwd, baseSrpm);
  if (existsSync(srpm)) return { srpm };
  throw new PackitError('SRPM_NOT_FOUND', `There is no file ${srpm}`, {
    hint: 'Name the source RPM to compare with, or a build in Koji with --base-nvr.',
  });
}

/** Who has a keytab need not think of tickets; OpenScanHub may also be set up with a password. */
async function ticketFromKeytab(ctx: Context): Promise<void> {
  const { fas_user: user, keytab_path: keytab, kerberos_realm: realm } = await ctx.userConfig();
  if (user === undefined || keytab === undefined || ctx.dryRun) return;
  await ensureTicket({ run: ctx.run, cwd: ctx.cwd, now: ctx.now, realm, user, keytab });
}
