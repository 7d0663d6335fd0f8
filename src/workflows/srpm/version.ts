import {
  chooseTag,
  markPrerelease,
  passedOverNotice,
  sanitizeVersion,
  tagVersions,
  templateOfTag,
} from '../../project/version/index.ts';
import type { TagChoice } from '../../project/version/index.ts';
import type { Context } from '../../context.ts';
import { PackitError } from '../../errors.ts';
import type { Tag } from '../../tools/git/index.ts';
import { warnOfShallowClone } from './notices.ts';
import type { PackageWork } from './package-work.ts';
import { specUnparsable } from './spec-errors.ts';

/**
 * The version to package: from the `get-current-version` action, else the nearest fitting tag, else the spec. Sanitised for rpm.
 * @throws PackitError VERSION_ACTION_SILENT, SPEC_UNPARSABLE
 */
export async function determineVersion(work: PackageWork): Promise<string> {
  const version = inFileName(work.ctx, sanitizeVersion(await readVersion(work)));
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
    noticePrerelease(work, version);
    return version;
  }
  const tags = await work.facts().tags();
  const choice = await chooseVersionTag(work, tags);
  await warnOfShallowClone(ctx, work.project, choice !== undefined);
  if (choice !== undefined) {
    const notice = passedOverNotice(choice, pkg);
    if (notice !== undefined) ctx.ui.info(notice);
    return versionOfTag(work, choice);
  }
  ctx.ui.info(
    tags.length === 0
      ? 'The repository has no tags: the version is the spec’s.'
      : `None of the ${tags.length} tags fits upstream_tag_template "${pkg.upstream_tag_template}": the version is the spec’s.`,
  );
  return expandedVersion(work);
}

/** Of the tags HEAD contains the nearest, as `git describe` sees it; another branch's, the newest, only if HEAD contains none. */
async function chooseVersionTag(work: PackageWork, tags: readonly Tag[]): Promise<TagChoice | undefined> {
  const { ctx, pkg, project } = work;
  const fitting = tagVersions(tags, pkg).map(({ name }) => name);
  const nearest = await work.facts().nearest(fitting);
  const choice = chooseTag(tags, pkg, nearest);
  // Of a shallow clone it cannot be told what HEAD contains.
  if (choice !== undefined && nearest === undefined && !project.layout.shallow) {
    ctx.ui.warn({
      code: 'TAG_OF_ANOTHER_BRANCH',
      message: `The version is that of tag ${choice.tag}, which is on another branch: what is checked out contains no tag that fits`,
      hint: 'Merge the release into this branch, or print the version in a get-current-version action.',
    });
  }
  return choice;
}

/** The version in a tag, a pre-release so that rpm takes it for older than the release. What looks wrong is said. */
function versionOfTag({ ctx, pkg }: PackageWork, { tag, version }: TagChoice): string {
  const template = templateOfTag(tag);
  if (pkg.upstream_tag_template === '{version}' && template !== undefined && template !== '{version}') {
    ctx.ui.warn({
      code: 'TAG_TEMPLATE_MISSING',
      message: `The version is ${version}, all of the tag's name`,
      hint: `If only its end is the version, put this into the configuration: upstream_tag_template: "${template}"`,
    });
  }
  const marked = markPrerelease(version, pkg.prerelease_suffix_pattern).version;
  if (sanitizeVersion(marked) !== sanitizeVersion(version)) {
    ctx.ui.warn({
      code: 'PRERELEASE_TAG',
      message: `Tag ${tag} is a pre-release: the version is ${sanitizeVersion(marked)}, as to rpm ${sanitizeVersion(version)} would be newer than the release`,
      hint: 'With prerelease_suffix_pattern: "" in the configuration the version is the tag’s all the same.',
    });
  }
  return marked;
}

/** What an action prints is taken as it is. */
function noticePrerelease({ ctx, pkg }: PackageWork, version: string): void {
  const marked = sanitizeVersion(markPrerelease(version, pkg.prerelease_suffix_pattern).version);
  if (marked === sanitizeVersion(version)) return;
  ctx.ui.warn({
    code: 'PRERELEASE_VERSION',
    message: `The version ${sanitizeVersion(version)} of get-current-version is a pre-release, but to rpm it is newer than the release`,
    hint: `Let the action print ${marked}, which is older.`,
  });
}

/** Longer ones, with the name of the package and what is in Release, are too long for a file's name. */
const LONGEST_VERSION = 100;

function inFileName(ctx: Context, version: string): string {
  if (version.length <= LONGEST_VERSION) return version;
  const short = version.slice(0, LONGEST_VERSION).replace(/[._+~^]+$/, '');
  ctx.ui.warn({
    code: 'VERSION_SHORTENED',
    message: `The version has ${version.length} characters, too many for the name of a file: it becomes ${short}`,
    hint: 'Say with upstream_tag_template or upstream_tag_include which part of which tags is a version.',
  });
  return short;
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
