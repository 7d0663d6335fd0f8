/** `packit doctor`: what works on this machine, what does not, and what to do about it. */
import type { Context } from '../../context.ts';
import { EXIT, isPackitError } from '../../errors.ts';
import { credentialsFor, hostOf, kindOf, tokenAddresses } from '../../project/config/index.ts';
import type { UserConfig } from '../../project/config/index.ts';
import { chooseDistGit } from '../../project/dist-git/index.ts';
import { readCoprConfig } from '../../remote/copr/index.ts';
import { readObsAccount } from '../../remote/obs/index.ts';
import { TESTING_FARM_URL } from '../../remote/testing-farm/index.ts';
import { readOsRelease } from '../../tools/system/index.ts';
import { askCopr, askForge, askService, askTestingFarm } from './ask.ts';
import type { Asker } from './ask.ts';
import { AREAS } from './finding.ts';
import type { Finding } from './finding.ts';
import { judgeLogin } from './logins.ts';
import { lookAtDirectories, lookAtMacros, lookAtPrograms, lookAtTicket, lookAtUserConfig } from './look.ts';
import { judgeCi } from './machine.ts';
import { lookAtProject } from './project.ts';
import type { Project, ProjectInput } from './project.ts';
import { judgeService, servicesOf } from './services.ts';

export type { Area, Finding, Rating } from './finding.ts';

export interface DoctorInput extends ProjectInput {
  /** No service is asked. */
  offline?: boolean | undefined;
  fasUser?: string | undefined;
  keytab?: string | undefined;
  /** Milliseconds that a service is given. Default: 5 s. */
  limit?: number;
}

export interface Examination {
  /** No problem; there may be warnings. */
  healthy: boolean;
  problems: number;
  warnings: number;
  /** In the order of the areas. */
  findings: Finding[];
  exitCode: number;
}

const LIMIT_MS = 5000;

/** Looks at everything at once; nothing is changed, and no service is asked that is neither configured nor a default. */
export async function examine(ctx: Context, input: DoctorInput): Promise<Examination> {
  const { offline = false, limit = LIMIT_MS } = input;
  const [osRelease, user] = await Promise.all([readOsRelease(), readUser(ctx, input)]);
  const project = await lookAtProject(ctx, {
    configPath: input.configPath ?? user.config.package_config_path,
    remote: input.remote ?? user.config.upstream_git_remote,
  });
  const asker: Asker = { ctx, userConfig: user.config, limit, offline };
  const found = await Promise.all([
    lookAtPrograms(ctx, osRelease),
    lookAtMacros(ctx, osRelease),
    lookAtTicket(ctx, user.config, osRelease),
    lookAtDirectories(ctx),
    lookAtServices(asker, project),
  ]);
  const all = [...found.flat(), ...project.findings, ...user.findings, judgeCi(ctx.env)];
  const findings = all.sort((one, other) => AREAS.indexOf(one.area) - AREAS.indexOf(other.area));
  const count = (rating: Finding['rating']): number =>
    findings.filter((finding) => finding.rating === rating).length;
  const problems = count('problem');
  return {
    healthy: problems === 0,
    problems,
    warnings: count('warning'),
    findings,
    exitCode: problems === 0 ? EXIT.ok : EXIT.failure,
  };
}

/** A configuration that cannot be read is a problem, and the rest is looked at as if there were none. */
async function readUser(
  ctx: Context,
  { fasUser, keytab }: DoctorInput,
): Promise<{ config: UserConfig; findings: Finding[] }> {
  const given = {
    ...(fasUser === undefined ? {} : { fas_user: fasUser }),
    ...(keytab === undefined ? {} : { keytab_path: keytab }),
  };
  try {
    const config = { ...(await ctx.userConfig()), ...given };
    return { config, findings: [await lookAtUserConfig(config)] };
  } catch (error) {
    if (!isPackitError(error) || error.code === 'INTERRUPTED') throw error;
    const { loadUserConfig } = await import('../../user-config.ts');
    const { config } = await loadUserConfig({ directory: '/nonexistent', redactor: ctx.redactor });
    const cure = error.hint ?? 'Correct it.';
    return {
      config: { ...config, ...given },
      findings: [
        { area: 'machine', subject: 'user configuration', rating: 'problem', says: error.message, cure },
      ],
    };
  }
}

async function lookAtServices(asker: Asker, project: Project): Promise<Finding[]> {
  const { ctx, userConfig, offline } = asker;
  const distGit = chooseDistGit(project.first ?? {}, { env: ctx.env, defaultPkgTool: userConfig.pkg_tool });
  const forges = forgesOf(asker, project, distGit.baseUrl);
  const now = ctx.now();
  const findings: Promise<Finding | undefined>[] = forges.map(async (forge) => {
    const login = await askForge(asker, forge);
    return login && judgeLogin(new URL(forge.url).host, login, now);
  });
  const copr = await openCopr(ctx);
  if ('finding' in copr) findings.push(Promise.resolve(copr.finding));
  else findings.push(askCopr(asker, copr.config).then((login) => judgeLogin('Copr', login, now)));
  const farm = farmOf(asker);
  if (farm !== undefined) {
    findings.push(askTestingFarm(asker, farm).then((login) => judgeLogin('Testing Farm', login, now)));
  }
  if (!offline) {
    const obs = await readObsAccount(ctx.env, ctx.paths.config).catch(() => undefined);
    const services = servicesOf({
      env: ctx.env,
      distGit,
      copr: 'config' in copr ? copr.config.url : undefined,
      testingFarm: farm?.url,
      obs: obs?.apiUrl,
      forges: forges.map(({ url }) => url),
    });
    findings.push(
      ...services.map(async (service) => judgeService(service, await askService(asker, service))),
    );
  }
  return (await Promise.all(findings)).filter((finding) => finding !== undefined);
}

async function openCopr(
  ctx: Context,
): Promise<{ config: Awaited<ReturnType<typeof readCoprConfig>> } | { finding: Finding }> {
  try {
    return { config: await readCoprConfig(ctx.paths.home) };
  } catch (error) {
    if (!isPackitError(error)) throw error;
    const cure = error.hint ?? 'Copy it anew.';
    return { finding: { area: 'logins', subject: 'Copr', rating: 'problem', says: error.message, cure } };
  }
}

/** Where the user's tokens go: dist-git first. A token is missed for dist-git alone. */
function forgesOf(
  { ctx, userConfig }: Asker,
  { first, remoteUrl }: Project,
  distGit: string,
): { url: string; wanted: boolean }[] {
  const upstream = [first?.upstream_project_url, remoteUrl].flatMap((url) =>
    typeof url === 'string' && kindOf(url) !== undefined && /^https?:/i.test(url) ? [url] : [],
  );
  const configured = userConfig.authentication.flatMap(({ kind, instanceUrl, token }) =>
    kind === undefined || instanceUrl === undefined || token === undefined ? [] : [instanceUrl],
  );
  const origins = [distGit, ...configured, ...tokenAddresses(ctx.env), ...upstream].flatMap((url) =>
    /^https?:/i.test(url) && URL.canParse(url) ? [new URL(url).origin] : [],
  );
  const wanted = URL.canParse(distGit) ? new URL(distGit).origin : undefined;
  return [...new Set(origins)].map((url) => ({ url, wanted: url === wanted }));
}

/** As `packit ci` finds it; undefined without a token. */
function farmOf({ ctx, userConfig }: Asker): { url: string; token: string; source: string } | undefined {
  const url = ctx.env.TESTING_FARM_API_URL?.trim() || TESTING_FARM_URL;
  const given = ctx.env.TESTING_FARM_API_TOKEN?.trim();
  if (given) {
    ctx.redactor.add(given);
    return { url, token: given, source: 'TESTING_FARM_API_TOKEN' };
  }
  const token = credentialsFor(hostOf(url) ?? '', userConfig.authentication)?.token;
  return token ? { url, token, source: 'the user configuration' } : undefined;
}
