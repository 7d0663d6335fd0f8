/** The lookaside cache of one package, with the user's rights there. */
import type { Context } from '../../context.ts';
import { PackitError } from '../../errors.ts';
import type { UserConfig } from '../../project/config/index.ts';
import type { DistGitInstance } from '../../project/dist-git/index.ts';
import type { Upload } from '../../project/dist-git-sources/index.ts';
import { createHttpClient, displayUrl } from '../../remote/http/index.ts';
import type { HttpClient } from '../../remote/http/index.ts';
import { checkClientCertificate, clientCertificate, createLookaside } from '../../remote/lookaside/index.ts';
import type { Lookaside, LookasideDownload, LookasideFile } from '../../remote/lookaside/index.ts';
import { ensureTicket, loginCommand } from '../../tools/kerberos/index.ts';
import type { Ui } from '../../ui.ts';
import type { DistGitPackage } from './package.ts';

/** A file the new commit needs from the lookaside cache. */
export interface UploadPlan {
  filename: string;
  size: number;
  /** `sha512` */
  hashType: string;
  hash: string;
  /** Path of the content; only while the run lasts. */
  path: string;
  /**
   * `present`: it is there already. `offline`: not uploaded by configuration, only named in `sources`. `nowhere`: no cache is
   * known that it could be uploaded to.
   */
  state: 'missing' | 'present' | 'offline' | 'nowhere';
}

export interface LookasideCache {
  /** The hash new files are stored under, as the `sources` file writes it in lower case. */
  readonly hashType: Upload['hashType'];
  /** @throws PackitError if an upload could not be authenticated */
  checkRights(): Promise<void>;
  /** What has to be done for a file. `offline` leaves the cache alone, `force` does not ask whether the file is there. */
  plan(file: Upload, options: { offline: boolean; force: boolean }): Promise<UploadPlan>;
  /** What is needed to fetch the files of a `sources` file; nothing if no cache is known. */
  downloads(files: readonly LookasideFile[]): LookasideDownload[];
  /** True if the file was sent: it may be there by now. One file is sent once, whatever asks for it. */
  upload(upload: UploadPlan, ui: Ui): Promise<boolean>;
}

export interface LookasideCacheOptions {
  ctx: Context;
  http: HttpClient;
  userConfig: UserConfig;
  place: DistGitPackage;
  /** Where programs run. */
  cwd: string;
}

export function openLookaside(options: LookasideCacheOptions): LookasideCache {
  const { ctx, userConfig, cwd } = options;
  const { name, instance } = options.place;
  const service = instance.lookaside;
  const realm = realmOf(instance, userConfig);
  const certificate = service?.auth === 'certificate' ? clientCertificate(ctx.env) : undefined;
  const lookaside = connect(options, { realm, certificate });
  const uploads = new Map<string, Promise<boolean>>();
  return {
    hashType: service?.hash ?? 'sha512',
    async checkRights() {
      if (ctx.dryRun) return;
      if (certificate !== undefined) await checkClientCertificate(certificate, ctx.now());
      if (service?.auth !== 'kerberos' || realm === undefined) return;
      const { fas_user: user, keytab_path: keytab } = userConfig;
      await ensureTicket({ run: ctx.run, cwd, now: ctx.now, realm, user, keytab });
    },
    async plan(file, { offline, force }) {
      if (offline) return { ...file, state: 'offline' };
      if (lookaside === undefined) return { ...file, state: 'nowhere' };
      if (force) return { ...file, state: 'missing' };
      return { ...file, state: (await lookaside.has(name, file)) ? 'present' : 'missing' };
    },
    downloads: (files) => lookaside?.downloads(name, files) ?? [],
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

function connect(
  { ctx, http, userConfig, place, cwd }: LookasideCacheOptions,
  {
    realm,
    certificate,
  }: { realm: string | undefined; certificate: ReturnType<typeof clientCertificate> | undefined },
): Lookaside | undefined {
  const service = place.instance.lookaside;
  if (service === undefined) return undefined;
  return createLookaside({
    service,
    http: certificate === undefined ? http : createHttpClient({ ...ctx, clientCertificate: certificate }),
    run: ctx.run,
    cwd,
    ...(realm === undefined ? {} : { login: loginCommand(realm, userConfig.fas_user) }),
    signal: ctx.signal,
    sleep: ctx.sleep,
    ...retryDelay(ctx.env.PACKIT_RETRY_DELAY),
  });
}

/** The error for files that would have to be uploaded and cannot: nobody knows where to. */
export function unknownCache(
  uploads: readonly UploadPlan[],
  { instance }: DistGitPackage,
): PackitError | undefined {
  const filename = uploads.find(({ state }) => state === 'nowhere')?.filename;
  if (filename === undefined) return undefined;
  return new PackitError(
    'LOOKASIDE_UNKNOWN',
    `${filename} has to be uploaded, and no lookaside cache is known for the dist-git at ${displayUrl(instance.baseUrl)}`,
    {
      hint: 'Name it with the variables DISTGIT_LOOKASIDE_URL and DISTGIT_LOOKASIDE_CGI, or set "upload_sources: false" in the configuration: the file is then only named in sources.',
    },
  );
}

/** The user's realm, unless it is Fedora's and the dist-git has another. Undefined: none is known. */
function realmOf(instance: DistGitInstance, userConfig: UserConfig): string | undefined {
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

function retryDelay(text: string | undefined): { retryDelay?: number } {
  return text === undefined || !/^\d+$/.test(text) ? {} : { retryDelay: Number(text) };
}
