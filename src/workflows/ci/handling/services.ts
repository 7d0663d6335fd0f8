/** Copr and Testing Farm as a run uses them: opened where a unit needs them, asked for lists once. */
import type { Context } from '../../../context.ts';
import type { Copr } from '../../../remote/copr/index.ts';
import type { Forge } from '../../../remote/forge/index.ts';
import { openCopr } from '../../build/copr/index.ts';
import type { OpenCopr } from '../../build/copr/index.ts';
import type { CiEvent } from '../event/index.ts';
import { createBuildFinder, submitBuild } from '../reconcile/index.ts';
import type { BuildSeen, Services, TestSeen, TestWork } from '../reconcile/index.ts';
import { openTestingFarm, ranchOf, testSubmission, testedBuild } from '../tests/index.ts';
import type { Ranch, TestedBuild } from '../tests/index.ts';
import { otherBuilds } from './other-builds.ts';

export interface OpenServices extends Services {
  copr: OpenCopr;
  /** Chroots that Copr has. */
  offered: () => Promise<string[]>;
  close: () => Promise<void>;
}

export interface ServicesInput {
  event: CiEvent;
  forge: Forge;
  /** Account of the forge's token. */
  me: string | undefined;
  /** Address to clone from, without credentials. */
  repositoryUrl: string;
  /** The project's page. */
  projectUrl: string;
}

export async function openServices(ctx: Context, input: ServicesInput): Promise<OpenServices> {
  const { event, forge, me, repositoryUrl, projectUrl } = input;
  const copr = await openCopr(ctx);
  const { farm, close: closeFarm } = await openTestingFarm(ctx);
  const offered = once(() => copr.copr.chroots());
  const composes = onceFor((ranch: Ranch) => farm.composes(ranch));
  const sourceUrl = once(async () => {
    const source = event.pullRequest?.source;
    return source === undefined ? undefined : (await forge.getProject(source))?.webUrl;
  });

  // One answer for all targets: the commit stays what it is.
  const hasTests = onceFor((path: string) => lookForTests(forge, event, path));

  async function submitTest(test: TestWork, build: BuildSeen | undefined, cause: string): Promise<TestSeen> {
    const { unit, view } = test;
    const choice = testSubmission({
      unit,
      view,
      event,
      cause,
      composes: await composes(ranchOf(view)),
      build: build === undefined ? undefined : await askBuild(copr.copr, build, unit.chroot ?? ''),
      hasFmf: view.pkg.fmf_url !== null || (await hasTests(view.pkg.fmf_path ?? '')),
      facts: {
        projectUrl,
        sourceUrl: await sourceUrl(),
        targetSha: event.pullRequest?.targetSha,
        otherBuilds: await otherBuilds({ forge, copr: copr.copr, me, event, chroot: unit.chroot ?? '' }),
      },
    });
    if (choice.submission !== undefined) return { request: await farm.submit(choice.submission) };
    return { refused: { state: choice.state, description: choice.description, url: '' } };
  }

  return {
    copr,
    offered,
    farm,
    finder: createBuildFinder(copr.copr),
    coprAccount: () => copr.copr.whoami(),
    submitBuild: (work, chroots, cause) =>
      submitBuild(ctx, copr, { event, repositoryUrl, work, chroots, cause, offered }),
    submitTest,
    close: async () => {
      await copr.close();
      await closeFarm();
    },
  };
}

async function askBuild(copr: Copr, { id }: BuildSeen, chroot: string): Promise<TestedBuild | undefined> {
  const [build, packages, chroots] = await Promise.all([
    copr.build(id, 3),
    copr.builtPackages(id),
    copr.buildChroots(id),
  ]);
  return build === undefined ? undefined : testedBuild({ build, chroots, packages }, chroot);
}

/** Whether the project has tests of its own, at the commit. */
async function lookForTests(forge: Forge, event: CiEvent, path: string): Promise<boolean> {
  const ref = event.sha ?? event.tag ?? 'HEAD';
  const { source } = event.pullRequest ?? {};
  const file = [...path.split('/').filter((part) => part !== '' && part !== '.'), '.fmf', 'version'].join(
    '/',
  );
  for (const project of [event.project, ...(source === undefined ? [] : [source])]) {
    if ((await forge.readFile(project, file, ref)) !== undefined) return true;
  }
  return false;
}

/** Asked once; after a failure, again. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  const asked = onceFor(ask);
  return () => asked('');
}

/** The same for each of several. */
function onceFor<T, Of extends string>(ask: (of: Of) => Promise<T>): (of: Of) => Promise<T> {
  const answers = new Map<Of, Promise<T>>();
  return (of) => {
    const answer = answers.get(of) ?? ask(of);
    answers.set(of, answer);
    answer.catch(() => answers.delete(of));
    return answer;
  };
}
