/** The services a release needs besides git and the forge: lookaside cache, release monitoring, bug tracker. */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, mkdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isPackitError } from '../../errors.ts';
import type { PackageConfig } from '../../project/config/index.ts';
import type { DistGitInstance } from '../../project/dist-git/index.ts';
import { requireInside } from '../../project/inside.ts';
import { downloadSources } from '../../project/sources/index.ts';
import type { RemoteSource } from '../../project/sources/index.ts';
import { createAnitya } from '../../remote/anitya/index.ts';
import { createBugzilla } from '../../remote/bugzilla/index.ts';
import { createHttpClient } from '../../remote/http/index.ts';
import { checkClientCertificate, clientCertificate, createLookaside } from '../../remote/lookaside/index.ts';
import type { Lookaside } from '../../remote/lookaside/index.ts';
import { ensureTicket, loginCommand } from '../../tools/kerberos/index.ts';
import type { Ui } from '../../ui.ts';
import type { Settings } from './open-package.ts';
import type { UploadPlan } from './types.ts';

export interface Services {
  lookaside: Lookaside | undefined;
  /** @throws PackitError if an upload could not be authenticated */
  checkUploadRights: () => Promise<void>;
  latestVersion: () => Promise<string | undefined>;
  /** The bugs given, else the one release monitoring has filed. */
  bugs: (given: readonly string[], version: string) => Promise<string[]>;
  /** Puts a file into a directory; what several branches need is downloaded once. */
  download: (source: RemoteSource, directory: string, ui: Ui) => Promise<void>;
  /** True if the file was sent: it may be there by now. */
  upload: (upload: UploadPlan, ui: Ui) => Promise<boolean>;
}

export interface ServiceSettings extends Settings {
  instance: DistGitInstance;
  pkg: PackageConfig;
  scratch: string;
}

export function createServices(settings: ServiceSettings): Services {
  const { ctx, instance, pkg, http } = settings;
  const name = pkg.downstream_package_name ?? pkg.name;
  const realm = realmOf(settings);
  const service = instance.lookaside;
  const certificate = service?.auth === 'certificate' ? clientCertificate(ctx.env) : undefined;
  const lookaside =
    service === undefined
      ? undefined
      : createLookaside({
          service,
          http:
            certificate === undefined ? http : createHttpClient({ ...ctx, clientCertificate: certificate }),
          run: ctx.run,
          cwd: settings.scratch,
          ...(realm === undefined ? {} : { login: loginCommand(realm, settings.userConfig.fas_user) }),
          signal: ctx.signal,
          ...retryDelay(ctx.env.PACKIT_RETRY_DELAY),
        });
  const uploads = new Map<string, Promise<boolean>>();
  const downloads = new Map<string, Promise<string>>();
  return {
    lookaside,
    checkUploadRights: async () => {
      if (ctx.dryRun) return;
      if (certificate !== undefined) await checkClientCertificate(certificate, ctx.now());
      if (service?.auth !== 'kerberos' || realm === undefined) return;
      const { fas_user: user, keytab_path: keytab } = settings.userConfig;
      await ensureTicket({ run: ctx.run, cwd: settings.scratch, now: ctx.now, realm, user, keytab });
    },
    latestVersion: () => createAnitya({ http, ...withUrl(ctx.env.PACKIT_ANITYA_URL) }).latestVersion(name),
    bugs: (given, version) => findBugs(settings, name, { given, version }),
    download: async (source, directory, ui) => {
      const known = downloads.get(source.url) ?? downloadOnce(settings, source, ui);
      downloads.set(source.url, known);
      const target = join(directory, source.filename);
      requireInside(directory, dirname(target), `${source.origin} (${source.filename})`);
      await mkdir(dirname(target), { recursive: true });
      // A link of that name is replaced, not written through.
      await rm(target, { force: true });
      await copyFile(await known, target, constants.COPYFILE_FICLONE);
    },
    upload: (upload, ui) => {
      const key = `${upload.filename} ${upload.hash}`;
      const known = uploads.get(key);
      // Another branch sends it: this one only waits.
      if (known !== undefined) return known.then(() => false);
      const sent = send(lookaside, name, { upload, ui });
      uploads.set(key, sent);
      sent.catch(() => uploads.delete(key));
      return sent;
    },
  };
}

/** The user's realm, unless it is Fedora's and the dist-git has another. Undefined: none is known. */
function realmOf({ instance, userConfig }: ServiceSettings): string | undefined {
  const own = userConfig.kerberos_realm;
  if (own !== 'FEDORAPROJECT.ORG') return own;
  if (instance.name === 'centpkg' || instance.name === 'centpkg-sig') return undefined;
  return instance.realm ?? own;
}

async function send(
  lookaside: Lookaside | undefined,
  packageName: string,
  { upload, ui }: { upload: UploadPlan; ui: Ui },
): Promise<boolean> {
  if (lookaside === undefined) return false;
  const progress = ui.progress(upload.filename, upload.size);
  try {
    const outcome = await lookaside.upload(packageName, upload, (done, total) =>
      progress.update(done, total),
    );
    return outcome === 'stored';
  } finally {
    progress.end();
  }
}

/** Downloads into a directory of this run; resolves to the file. */
async function downloadOnce(
  { ctx, http, scratch }: ServiceSettings,
  source: RemoteSource,
  ui: Ui,
): Promise<string> {
  const directory = join(
    scratch,
    'downloads',
    createHash('sha256').update(source.url).digest('hex').slice(0, 20),
  );
  await mkdir(directory, { recursive: true });
  await downloadSources({
    downloads: [{ ...source, optional: false }],
    directory,
    cache: join(ctx.paths.cache, 'sources'),
    http,
    ui,
    signal: ctx.signal,
  });
  const file = join(directory, source.filename);
  await stat(file);
  return file;
}

/** Release monitoring files bugs for Fedora alone. That it cannot be asked is no obstacle. */
async function findBugs(
  { ctx, http, instance }: ServiceSettings,
  packageName: string,
  { given, version }: { given: readonly string[]; version: string },
): Promise<string[]> {
  const url = ctx.env.PACKIT_BUGZILLA_URL;
  if (given.length > 0 || (instance.name !== 'fedpkg' && url === undefined)) return [...given];
  try {
    const bug = await createBugzilla({ http, ...withUrl(url) }).releaseMonitoringBug(packageName, version);
    return bug === undefined ? [] : [bug];
  } catch (error) {
    if (!isPackitError(error) || error.code === 'INTERRUPTED') throw error;
    ctx.ui.warn({
      code: 'BUGZILLA_SILENT',
      message: `Bugzilla was not asked for the bug about this release: ${error.message}`,
      hint: 'Name the bug with -b rhbz#NUMBER.',
    });
    return [];
  }
}

function withUrl(url: string | undefined): { url?: string } {
  return url === undefined || url === '' ? {} : { url };
}

function retryDelay(text: string | undefined): { retryDelay?: number } {
  return text === undefined || !/^\d+$/.test(text) ? {} : { retryDelay: Number(text) };
}
