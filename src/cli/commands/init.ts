import { relative } from 'node:path';
import { init } from '../../workflows/init/index.ts';
import type { InitResult } from '../../workflows/init/index.ts';
import type { Command } from '../command.ts';

export interface InitOptions {
  force?: boolean;
  withoutPrecommit?: boolean;
  forcePrecommit?: boolean;
  spec?: boolean;
}

export const initCommand: Command<InitOptions> = async ({ ctx, args, options, global }) => {
  const result = await init(ctx, {
    path: args[0],
    force: options.force,
    withoutPrecommit: options.withoutPrecommit,
    forcePrecommit: options.forcePrecommit,
    spec: options.spec,
    configPath: global.config,
    remote: global.remote,
  });
  const shown = (path: string): string => relative(ctx.cwd, path) || path;
  if (!result.written) {
    const text = result.files.map((file) => `--- ${shown(file.path)} (${file.change})\n${file.content}`);
    return { text: text.join('\n'), json: result };
  }
  for (const file of result.files) ctx.ui.info(`${file.change}: ${shown(file.path)}`);
  for (const line of nextSteps(result)) ctx.ui.info(line);
  return { text: shown(result.config), json: result };
};

function nextSteps({ specfile, spec, kind, isGitRepository }: InitResult): string[] {
  const validate = 'look the configuration over, then run packit config validate and packit srpm.';
  const commit = isGitRepository
    ? []
    : ['packit builds from commits, and this is no git repository: git init && git add --all && git commit'];
  if (spec === 'there') return [...commit, `Next: ${validate}`];
  if (spec === 'made') {
    return [
      `The spec file was missing: ${specfile} is a first one, for ${kind}. It builds a source RPM as it is;`,
      'complete License, %build and %files before binary packages are built from it.',
      ...commit,
      `Next: ${validate}`,
    ];
  }
  return [
    `The spec file ${specfile} is missing, and packit builds nothing without it: write it, or let packit init --force write a first one.`,
    'Next: the spec file; then packit config validate and packit srpm.',
  ];
}
