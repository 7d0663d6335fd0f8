import { basename } from 'node:path';
import type { Proposal, ProposedJob } from './propose.ts';

const JOBS: Readonly<Record<ProposedJob, string>> = {
  copr_build: `  # a build in Copr for every pull request
  - job: copr_build
    trigger: pull_request
    targets:
      - fedora-all
`,
  propose_downstream: `  # a pull request to every dist-git branch for every upstream release
  - job: propose_downstream
    trigger: release
    dist_git_branches:
      - fedora-all
`,
  koji_build: `  # a Koji build and a Bodhi update for every change merged in dist-git
  - job: koji_build
    trigger: commit
    dist_git_branches:
      - fedora-all

  - job: bodhi_update
    trigger: commit
    dist_git_branches:
      - fedora-branched
`,
};

/** The text of the configuration file. */
export function renderConfig(proposal: Proposal, configName: string): string {
  const blocks = [
    '# What can be set here: https://packit.dev/docs/configuration/\n',
    `specfile_path: ${scalar(proposal.specfile_path)}\n`,
    [
      '# the name upstream (in a package registry, in archives)\n',
      `upstream_package_name: ${scalar(proposal.upstream_package_name)}\n`,
      '# the name of the RPM package and of its dist-git repository\n',
      `downstream_package_name: ${scalar(proposal.downstream_package_name)}\n`,
    ].join(''),
  ];
  if (proposal.upstream_project_url !== undefined) {
    blocks.push(`upstream_project_url: ${scalar(proposal.upstream_project_url)}\n`);
  }
  if (proposal.upstream_tag_template !== undefined) {
    blocks.push(
      `# how a version becomes a tag\nupstream_tag_template: ${scalar(proposal.upstream_tag_template)}\n`,
    );
  }
  if (proposal.files.length > 0) blocks.push(renderFiles(proposal, configName));
  if (proposal.jobs !== undefined) blocks.push(renderJobs(proposal.jobs));
  return blocks.join('\n');
}

function renderFiles(proposal: Proposal, configName: string): string {
  const specName = `${proposal.downstream_package_name}.spec`;
  const spec =
    proposal.specfile_path === specName
      ? `  - ${scalar(specName)}\n`
      : `  - src: ${scalar(proposal.specfile_path)}\n    dest: ${scalar(specName)}\n`;
  const files = proposal.files.map((file) =>
    file === basename(file) && !/[*?[]/.test(file)
      ? `  - ${scalar(file)}\n`
      : `  - src: ${scalar(file)}\n    dest: ./\n`,
  );
  return `# what goes to dist-git\nfiles_to_sync:\n${spec}  - ${scalar(configName)}\n${files.join('')}`;
}

function renderJobs(jobs: readonly ProposedJob[]): string {
  if (jobs.length === 0) return 'jobs: []\n';
  return `jobs:\n${jobs.map((job) => JOBS[job]).join('\n')}`;
}

/** A YAML scalar that is read back as this text: plain where that is safe, else in single quotes. */
export function scalar(text: string): string {
  const plain =
    /^[A-Za-z0-9./_@%+-][A-Za-z0-9./_@{}+~=-]*(?::[A-Za-z0-9./_@{}+~=-]+)*$/.test(text) &&
    !/^(?:[-+.]?[0-9][0-9_.:eE+-]*|0[xob].*|[-.]+|[@%].*|-.*|~|null|true|false|yes|no|on|off|y|n|[-+]?\.(?:inf|nan))$/i.test(
      text,
    );
  return plain ? text : `'${text.replaceAll("'", "''")}'`;
}
