/** The questions of `check-world.ts`, put to git, rpm, Bodhi, dist-git and release monitoring. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../../context.ts';
import { isPackitError, messageOf } from '../../errors.ts';
import type { HttpClient } from '../../remote/http/index.ts';
import type { Evaluate, EvaluationReply } from '../../spec/index.ts';
import { withEvaluator } from '../spec-evaluator.ts';
import type { Monitoring, SpecProblem, WorldQuestions } from './check-world.ts';

export interface QuestionOptions {
  directory: string;
  /** Nothing over the network: distribution aliases come from the cache or the bundled list. */
  offline: boolean;
  /** False leaves spec files unread. */
  specs: boolean;
  /** Default: Fedora's services. */
  services?: { distGit: string; releaseMonitoring: string; bodhi: string };
}

const FEDORA_SERVICES = {
  distGit: 'https://src.fedoraproject.org',
  releaseMonitoring: 'https://release-monitoring.org',
  bodhi: 'https://bodhi.fedoraproject.org',
};

/** Everything heavy is loaded by the question that needs it. */
export function createQuestions(
  ctx: Context,
  options: QuestionOptions,
): WorldQuestions & { close(): Promise<void> } {
  const services = options.services ?? FEDORA_SERVICES;
  let client: Promise<HttpClient> | undefined;
  const http = (): Promise<HttpClient> => {
    client ??= import('../../remote/http/index.ts').then(({ createHttpClient }) => createHttpClient(ctx));
    return client;
  };
  const questions: WorldQuestions = {
    tags: () => tagsOf(ctx, options.directory),
    aliases: async () => {
      const { loadAliases } = await import('../../project/distro-aliases/index.ts');
      const loaded = await loadAliases({
        cacheDirectory: ctx.paths.cache,
        now: ctx.now,
        bodhiUrl: services.bodhi,
        ...(options.offline
          ? {}
          : { fetchJson: async (url: string) => (await http()).json({ url, service: 'Bodhi' }) }),
      });
      return loaded.aliases;
    },
  };
  if (options.specs) questions.specProblems = specReader(ctx);
  if (!options.offline) {
    questions.packageExists = (name) =>
      orUnknown(ctx, async () => {
        const url = `${services.distGit}/rpms/${encodeURIComponent(name)}`;
        const { status } = await (await http()).request({ url, service: 'dist-git', accept: 'all' });
        return status < 400 ? true : status === 404 ? false : undefined;
      });
    questions.monitoring = (name) => orUnknown(ctx, async () => monitoringOf(await http(), name, services));
  }
  return { ...questions, close: async () => (client === undefined ? undefined : (await client).close()) };
}

/** A service that does not answer is a note, not a fault of the configuration. */
async function orUnknown<T>(ctx: Context, ask: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (!isPackitError(error) || error.code === 'INTERRUPTED') throw error;
    ctx.ui.info(`A check was left out: ${messageOf(error)} (--offline leaves out all that need the network)`);
    return undefined;
  }
}

async function tagsOf(ctx: Context, directory: string): Promise<string[] | undefined> {
  if (!existsSync(join(directory, '.git'))) return undefined;
  const { createGit, listTags } = await import('../../tools/git/index.ts');
  try {
    return (await listTags(createGit(ctx.run, directory))).map(({ name }) => name);
  } catch (error) {
    ctx.ui.debug(`Tags were not checked: ${messageOf(error)}`);
    return undefined;
  }
}

/** What cannot be told without running code of the spec. */
const NOT_TOLD =
  /(?:its values|values of the spec) are unknown|cannot be evaluated safely|Too many open files|shell expansion|lua script failed/i;

/**
 * What rpm says of a spec it refuses. Templates, and macros that are not installed here, are no fault of it. Code in it does
 * not run: configurations are checked before anybody has decided to trust them, in pull requests for one.
 */
function specReader(ctx: Context): (spec: Uint8Array, path: string) => Promise<SpecProblem[]> {
  return async (spec, path) => {
    if (/\{\{\{|@[A-Z_]+@/.test(Buffer.from(spec).toString('latin1'))) return [];
    try {
      const ask = (evaluate: Evaluate): Promise<EvaluationReply> => evaluate({ text: spec, expressions: [] });
      const reply = await withEvaluator(ctx, path, ask, 'foreign');
      if (reply.ok || reply.problems.some(({ message }) => NOT_TOLD.test(message))) return [];
      return reply.problems.filter(
        ({ message }) =>
          !/^warning:|Unknown tag: %(?!(?:if|el|endif))|bad (?:source|patch)|No such file/i.test(message),
      );
    } catch (error) {
      ctx.ui.debug(`${path} was not parsed: ${messageOf(error)}`);
      return [];
    }
  };
}

async function monitoringOf(
  http: HttpClient,
  name: string,
  services: { distGit: string; releaseMonitoring: string },
): Promise<Monitoring> {
  const { createAnitya, readMonitoring } = await import('../../remote/anitya/index.ts');
  const mapped = await createAnitya({ http, url: services.releaseMonitoring }).isMapped(name);
  const switches = await readMonitoring({ http, packageName: name, url: services.distGit });
  return { mapped, monitored: switches?.monitoring ?? false, scratchBuild: switches?.scratchBuild ?? false };
}
