import type { Register } from './register.ts';
import { collect, examples } from './options.ts';

export const registerSpec: Register = (program, attach) => {
  const spec = program.command('spec').description('read and edit RPM spec files');

  const show = spec
    .command('show <spec>')
    .description('what a spec file says: version, release, sources, patches, sections, changelog')
    .addHelpText('after', examples('packit spec show package.spec', 'packit --json spec show package.spec'));
  attach(show, async () => (await import('../commands/spec/show.ts')).specShowCommand);

  const edit = spec
    .command('edit <spec>')
    .description('change a spec file and nothing in it that need not change; edits apply in this order')
    .option('--set-version <version>', 'set the Version tag itself')
    .option('--update-version <version>', 'set the version through the macros it is built from')
    .option('--prerelease-pattern <regex>', 'what ends a pre-release (default: the configuration)')
    .option('--prerelease-macro <name>', 'macro defined for pre-releases only (default: the configuration)')
    .option('--set-release <release>', 'set Release, keep %{?dist}')
    .option('--set-raw-release <release>', 'set the whole of Release')
    .option('--add-changelog <text>', 'a line of a new changelog entry; repeatable', collect)
    .option('--author <author>', 'who signs it: Name <mail> (default: RPM_PACKAGER, %packager, git)')
    .option('--email <mail>', 'the mail address of the author')
    .option('--date <date>', 'its date, YYYY-MM-DD (default: today)')
    .option('--set-source <n=location>', 'set the location of Source N; repeatable', collect)
    .option('--add-patch <file>', 'add a patch; N=FILE chooses its number; repeatable', collect)
    .option('--patch-comment <text>', 'a line of comment above it; repeatable', collect)
    .option('--set-prep-name <dir>', 'set -n DIR on %setup or %autosetup')
    .option('--bump', 'Release + 1 with a changelog entry (--add-changelog is its text)')
    .option('--diff', 'print the change, write nothing')
    .option('-o, --output <file>', 'write to FILE, leave the spec as it is')
    .addHelpText(
      'after',
      examples(
        'packit spec edit package.spec --update-version 1.2 --set-release 1',
        'packit spec edit package.spec --bump --add-changelog "- Rebuilt for new libfoo"',
        'packit spec edit package.spec --set-source 0=package-1.2.tar.gz --diff',
      ),
    );
  attach(edit, async () => (await import('../commands/spec/edit.ts')).specEditCommand);
};
