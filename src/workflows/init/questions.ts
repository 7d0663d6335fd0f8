import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Ui } from '../../ui.ts';
import type { ProjectFacts } from './facts.ts';
import type { Proposal, ProposedJob } from './propose.ts';

/** Asks the person at the terminal, the proposal being the answers offered. */
export async function askQuestions(facts: ProjectFacts, proposal: Proposal, ui: Ui): Promise<Proposal> {
  ui.info('Return takes the answer in brackets; "none" leaves a setting out.');
  const specfile_path = await ui.ask('Spec file:', proposal.specfile_path);
  if (!existsSync(join(facts.directory, specfile_path))) {
    ui.info(`${specfile_path} is not there yet; packit offers to write a first one at the end.`);
  }
  const upstream_package_name = await ui.ask('Name upstream:', proposal.upstream_package_name);
  const downstream_package_name = await ui.ask('Name of the RPM package:', proposal.downstream_package_name);
  const upstream_project_url = await optional(ui, 'URL of the project:', proposal.upstream_project_url);
  const example = facts.tags[0];
  const template = await optional(
    ui,
    `Tags are made from versions as (${example === undefined ? 'there are no tags yet' : `newest tag: ${example}`}):`,
    proposal.upstream_tag_template ?? '{version}',
  );
  const files = await optional(
    ui,
    'Files for dist-git besides the spec and the configuration (separated by blanks):',
    proposal.files.length === 0 ? undefined : proposal.files.join(' '),
  );
  return {
    specfile_path,
    upstream_package_name,
    downstream_package_name,
    upstream_project_url,
    upstream_tag_template: checkedTemplate(template, ui),
    files: files?.split(/\s+/).filter((file) => file !== '') ?? [],
    jobs: await askJobs(ui),
  };
}

async function askJobs(ui: Ui): Promise<ProposedJob[]> {
  const jobs: ProposedJob[] = [];
  const questions: [ProposedJob, string, boolean][] = [
    ['copr_build', 'Shall Packit build every pull request in Copr?', true],
    ['propose_downstream', 'Shall Packit propose every release to Fedora?', true],
    ['koji_build', 'Shall Packit build in Koji and create Bodhi updates after a merge in dist-git?', false],
  ];
  for (const [job, question, fallback] of questions) {
    if (await ui.confirm(question, fallback)) jobs.push(job);
  }
  return jobs;
}

async function optional(ui: Ui, question: string, offered: string | undefined): Promise<string | undefined> {
  const answer = (await ui.ask(question, offered ?? 'none')).trim();
  return answer === 'none' || answer === '' ? undefined : answer;
}

function checkedTemplate(template: string | undefined, ui: Ui): string | undefined {
  if (template === undefined || template === '{version}') return undefined;
  if (!template.includes('{version}')) {
    ui.info(`"${template}" has no {version} in it: no version can be read from tags.`);
  }
  return template;
}
