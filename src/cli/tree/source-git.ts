import type { Command as Commander } from 'commander';
import { examples } from './options.ts';
import type { Attach, Register } from './register.ts';

export const registerSourceGit: Register = (program, attach) => {
  const group = program
    .command('source-git')
    .description('keep the patches of a package as commits of the upstream repository');
  addInit(group, attach);
  addUpdateSourceGit(group, attach);
  addStatus(group, attach);
  addUpdateDistGit(group, attach);
};

function addInit(group: Commander, attach: Attach): void {
  const init = group
    .command('init <upstream-ref> <source-git> <dist-git>')
    .description(
      'make a source-git repository of a checkout of upstream, which must be at UPSTREAM_REF, with a commit for every patch in dist-git; both repositories may be followed by :BRANCH',
    )
    .option('--upstream-url <url>', 'URL of the upstream project (default: of the remote)')
    .option('--upstream-remote <name>', 'remote of SOURCE_GIT that is upstream (default: origin)')
    .option('--pkg-tool <tool>', 'fedpkg, centpkg, ...: whose lookaside cache (default: user configuration)')
    .option('--pkg-name <name>', 'name of the package (default: of the directory DIST_GIT)')
    .option('-n, --dry-run', 'make all commits, but leave the repositories as they are')
    .addHelpText(
      'after',
      examples(
        'packit source-git init v2.3.1 src/acl:rawhide rpms/acl:rawhide',
        'packit source-git init --pkg-tool centpkg v2.3.1 src/acl rpms/acl',
      ),
    );
  attach(init, async () => (await import('../commands/source-git/init.ts')).sourceGitInitCommand);
}

function addUpdateSourceGit(group: Commander, attach: Attach): void {
  const update = group
    .command('update-source-git <dist-git> <source-git> [range]')
    .description('bring commits of dist-git into source-git')
    .option('-f, --force', 'bring RANGE over, whether or not the two are in sync')
    .option('--mark-synced', 'bring nothing over, record that both say the same as they are')
    .option('-n, --dry-run', 'show the commits that would be made')
    .addHelpText(
      'after',
      examples(
        'packit source-git update-source-git rpms/acl src/acl',
        'packit source-git update-source-git rpms/acl src/acl HEAD~3..',
      ),
    );
  attach(
    update,
    async () => (await import('../commands/source-git/update-source-git.ts')).updateSourceGitCommand,
  );
}

function addStatus(group: Commander, attach: Attach): void {
  const status = group
    .command('status <source-git> <dist-git>')
    .description('which commits one repository has and the other lacks')
    .addHelpText('after', examples('packit source-git status src/acl rpms/acl'));
  attach(status, async () => (await import('../commands/source-git/status.ts')).sourceGitStatusCommand);
}

function addUpdateDistGit(group: Commander, attach: Attach): void {
  const command = group
    .command('update-dist-git <source-git> <dist-git>')
    .description('bring packaging and patches of source-git into dist-git')
    .option('-n, --dry-run', 'make everything in a private copy and show what would change')
    .option('--upstream-ref <ref>', 'last upstream commit; patches are made from there')
    .option('--pkg-tool <tool>', 'download and upload sources with this tool, such as fedpkg')
    .option('-m, --message <text>', 'commit in dist-git with this message')
    .option('-F, --file <file>', 'commit with the message of a file; - is stdin')
    .option('-f, --force', 'do not check how the two repositories stand')
    .option('--no-actions', 'do not run the actions of the configuration')
    .addHelpText(
      'after',
      examples(
        'packit source-git update-dist-git src/curl rpms/curl',
        "packit source-git update-dist-git -m 'Fix the build' src/curl rpms/curl",
        'packit source-git update-dist-git -n src/curl rpms/curl',
      ),
    );
  attach(
    command,
    async () => (await import('../commands/source-git/update-dist-git.ts')).updateDistGitCommand,
  );
}
