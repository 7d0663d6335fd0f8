import { chooseTag, passedOverNotice, sanitizeVersion } from '../../project/version/index.ts';
import { PackitError } from '../../errors.ts';
import { warnOfShallowClone } from './notices.ts';
import type { PackageWork } from './package-work.ts';
import { specUnparsable } from './spec-errors.ts';

/**
 * The version to package: from the `get-current-version` action, else the newest fitting tag, else the spec. Sanitised for rpm.
 * @throws PackitError VERSION_ACTION_SILENT, SPEC_UNPARSABLE
 */
export async function determineVersion(work: PackageWork): Promise<string> {
  const version = sanitizeVersion(await readVersion(work));
  if (version === '') {
    throw new PackitError(
      'VERSION_EMPTY',
      `No version is left of package ${work.pkg.name} without the characters rpm forbids`,
      {
        hint: 'Correct upstream_tag_template, or print the version in a get-current-version action.',
      },
    );
  }
  work.actions.remember({ PACKIT_PROJECT_VERSION: version });
  return version;
}

async function readVersion(work: PackageWork): Promise<string> {
  const { ctx, pkg } = work;
  const outputs = await work.run('get-current-version');
  if (outputs !== undefined && outputs.length > 0) {
    const version = lastLine(outputs.at(-1) ?? Buffer.alloc(0));
    if (version === undefined) {
      throw new PackitError('VERSION_ACTION_SILENT', 'The action get-current-version printed no version', {
        hint: 'Its last command must print the version on stdout, as the last line that is not blank.',
        location: { file: work.project.config.file },
      });
    }
    await warnOfShallowClone(ctx, work.project, true);
    return version;
  }
  const tags = (await work.facts().tags()).map(({ name }) => name);
  const choice = chooseTag(tags, pkg);
  await warnOfShallowClone(ctx, work.project, choice !== undefined);
  if (choice !== undefined) {
    const notice = passedOverNotice(choice, pkg);
    if (notice !== undefined) ctx.ui.info(notice);
    return choice.version;
  }
  ctx.ui.info(
    tags.length === 0
      ? 'The repository has no tags: the version is the spec’s.'
      : `None of the ${tags.length} tags fits upstream_tag_template "${pkg.upstream_tag_template}": the version is the spec’s.`,
  );
  return expandedVersion(work);
}

async function expandedVersion(work: PackageWork): Promise<string> {
  const evaluation = await work.evaluation();
  const version = evaluation.values.get('%{version}');
  if (version === undefined || version === '' || version === '%{version}') {
    if (!evaluation.ok) throw specUnparsable(work, evaluation);
    throw new PackitError('SPEC_VERSION_MISSING', `The spec file ${work.pkg.specfile_path} has no Version`, {
      hint: 'Add a line "Version: <number>" to the spec, or tag a release in git.',
      location: { file: work.specFile() },
    });
  }
  return version;
}

function lastLine(output: Buffer): string | undefined {
  return new TextDecoder()
    .decode(output)
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim())
    .findLast((line) => line !== '');
}
