import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { measure } from './measure.ts';
import { PACKIT, ratioRow } from './scenario.ts';
import type { Scenario } from './scenario.ts';

const PACKAGES = 56;

/** `config validate` of a large monorepo: most of it is reading YAML in a process that has just started. */
export const configScenario: Scenario = {
  name: 'config',
  large: false,
  async run(directory) {
    generate(directory);
    const argv = [...PACKIT, 'config', 'validate', '--offline', '--no-specs'];
    const file = join(directory, '.packit.yaml');
    let edits = 0;
    const edit = (): void => appendFileSync(file, `# edit ${(edits += 1)}\n`);
    const [bare, validate, changed] = await measure(
      [
        { name: 'node -e 0', steps: [{ argv: [process.execPath, '-e', '0'], cwd: directory }] },
        { name: 'packit config validate', steps: [{ argv, cwd: directory }] },
        { name: 'packit config validate, edited', steps: [{ argv, cwd: directory }], prepare: edit },
      ],
      { runs: 21, warmup: 3 },
    );
    if (bare === undefined || validate === undefined || changed === undefined) return [];
    const title = `\`packit config validate --offline --no-specs\` of ${PACKAGES} packages`;
    return [
      ratioRow(`${title} / \`node -e 0\``, validate, bare, 3),
      ratioRow(`${title}, just edited / \`node -e 0\``, changed, bare, 6),
    ];
  },
};

/** A configuration with every package's own names and paths and six jobs for all of them, and the files it speaks of. */
function generate(directory: string): void {
  const lines = ['upstream_project_url: https://github.com/example/monorepo', 'packages:'];
  for (let number = 1; number <= PACKAGES; number += 1) {
    const name = `package-${number}`;
    lines.push(
      `  ${name}:`,
      `    downstream_package_name: ${name}`,
      `    upstream_package_name: upstream-${number}`,
      `    specfile_path: ${name}.spec`,
      `    upstream_tag_template: '${name}-{version}'`,
      `    paths: [./${name}]`,
      `    files_to_sync: [${name}.spec]`,
      '    actions:',
      `      create-archive: make -C ${name} dist`,
    );
    mkdirSync(join(directory, name));
    writeFileSync(join(directory, name, `${name}.spec`), `Name: ${name}\n`);
  }
  lines.push('jobs:');
  for (const [job, trigger] of JOBS) {
    lines.push(
      `- job: ${job}`,
      `  trigger: ${trigger}`,
      '  targets: [fedora-all, epel-9]',
      '  dist_git_branches: [fedora-all]',
    );
  }
  writeFileSync(join(directory, '.packit.yaml'), `${lines.join('\n')}\n`);
}

const JOBS = [
  ['copr_build', 'pull_request'],
  ['copr_build', 'commit'],
  ['tests', 'pull_request'],
  ['propose_downstream', 'release'],
  ['koji_build', 'commit'],
  ['bodhi_update', 'commit'],
] as const;
