import type { Command as Commander } from 'commander';
import { examples } from './options.ts';
import type { Attach, Register } from './register.ts';

export const registerDistGit: Register = (program, attach) => {
  const group = program.command('dist-git').description('set up packages in dist-git');
  addInit(group, attach);
};

function addInit(group: Commander, attach: Attach): void {
  const init = group
    .command('init [path-or-url...]')
    .usage('[options] [--key value ...] [path-or-url]')
    .description(
      'write a first configuration for a package, which brings releases to Fedora; ' +
        'any other key can be given as --key value, before the path',
    )
    .allowUnknownOption()
    .option('-n, --dry-run', 'print the file, or what would be proposed; write nothing')
    .option('--upstream-git-url <url>', 'git repository of the upstream project')
    .option('--upstream-git-url-command <cmd>', 'command that prints this URL')
    .option('--upstream-tag-template <template>', 'how a version becomes a tag, such as v{version}')
    .option('--upstream-tag-include <regex>', 'only tags that match count')
    .option('--upstream-tag-exclude <regex>', 'tags that match do not count')
    .option('--version-update-mask <regex>', 'part of the version that an update must not change')
    .option('--version-update-specifiers <list>', "versions that are proposed, such as '>=1.0, <2.0'")
    .option('--issue-repository <url>', 'git repository where failures are reported as issues')
    .option('--no-pull', 'without the job pull_from_upstream')
    .option('--no-koji-build', 'without the job koji_build')
    .option('--no-bodhi-update', 'without the job bodhi_update')
    .option('--allowed-committers <names>', 'comma-separated: whose commits are built in Koji')
    .option('--allowed-pr-authors <names>', 'comma-separated: whose pull requests are built in Koji')
    .option('--actions-file <file>', 'YAML file with the actions')
    .option('--dist-git-branches <branches>', 'comma-separated: branches a release is brought to')
    .option(
      '--dist-git-branches-mapping <json>',
      'branches, and what each is merged into (default: {"fedora-rawhide": ["fedora-branched"]})',
    )
    .option('-c, --create-pr', 'propose the file as a pull request')
    .option('-p, --push-to-distgit', 'push the file to the default branch')
    .option('-f, --force', 'replace a configuration that is there')
    .option('--clone-path <dir>', 'where to clone a URL to')
    .option('--commit-msg <text>', 'message of the commit, and title of the pull request')
    .addHelpText(
      'after',
      examples(
        'packit dist-git init --upstream-git-url https://github.com/teemtee/fmf',
        'packit dist-git init --create-pr https://src.fedoraproject.org/rpms/fmf',
        'packit dist-git init --no-bodhi-update --create_sync_note false .',
      ),
    );
  attach(init, async () => (await import('../commands/dist-git/init.ts')).distGitInitCommand);
}
