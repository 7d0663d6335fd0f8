/**
 * What git is told whoever runs it. Settings of a person change what git answers (`diff.noprefix` the patches it makes,
 * `core.abbrev` the hashes, `tag.sort` an order, `color.ui=always` everything): none of them may reach what packit reads or makes.
 */
import type { Environment } from '../process/index.ts';

export type Setting = readonly [key: string, value: string];

/** Of every git packit runs. What says how to reach a server (`url.*`, `credential.*`, `http.*`, `core.sshCommand`) stays the person's. */
export const ANSWER_SETTINGS: readonly Setting[] = [
  // No file system monitor is started, nor a hook in its place.
  ['core.fsmonitor', 'false'],
  ['core.abbrev', 'auto'],
  ['core.quotePath', 'true'],
  ['core.attributesFile', '/dev/null'],
  ['core.bigFileThreshold', '512m'],
  ['core.commentChar', '#'],
  ['core.whitespace', ''],
  ['core.notesRef', 'refs/notes/commits'],
  ['i18n.logOutputEncoding', 'UTF-8'],
  ['i18n.commitEncoding', 'UTF-8'],
  ['color.ui', 'false'],
  ['color.branch', 'false'],
  ['color.diff', 'false'],
  ['color.status', 'false'],
  ['color.remote', 'false'],
  ['color.push', 'false'],
  ['color.transport', 'false'],
  ['column.ui', 'never'],
  ['column.branch', 'never'],
  ['column.status', 'never'],
  ['column.tag', 'never'],
  ['tag.sort', 'refname'],
  ['branch.sort', 'refname'],
  ['versionsort.suffix', ''],
  ['log.showSignature', 'false'],
  ['log.date', 'default'],
  ['log.decorate', 'false'],
  ['log.follow', 'false'],
  ['log.mailmap', 'false'],
  ['log.abbrevCommit', 'false'],
  ['log.showRoot', 'true'],
  ['diff.algorithm', 'myers'],
  ['diff.colorMoved', 'no'],
  ['diff.context', '3'],
  ['diff.dirstat', '0'],
  ['diff.ignoreSubmodules', 'none'],
  ['diff.indentHeuristic', 'true'],
  ['diff.interHunkContext', '0'],
  ['diff.mnemonicPrefix', 'false'],
  ['diff.noprefix', 'false'],
  ['diff.srcPrefix', 'a/'],
  ['diff.dstPrefix', 'b/'],
  ['diff.orderFile', '/dev/null'],
  ['diff.relative', 'false'],
  ['diff.renames', 'true'],
  ['diff.renameLimit', '1000'],
  ['diff.submodule', 'short'],
  ['diff.suppressBlankEmpty', 'false'],
  ['diff.wsErrorHighlight', 'none'],
  ['format.coverLetter', 'false'],
  ['format.encodeEmailHeaders', 'true'],
  ['format.filenameMaxLength', '64'],
  ['format.forceInBodyFrom', 'false'],
  ['format.from', 'false'],
  ['format.mboxrd', 'false'],
  ['format.notes', 'false'],
  ['format.numbered', 'auto'],
  ['format.signOff', 'false'],
  ['format.signature', ''],
  ['format.subjectPrefix', 'PATCH'],
  ['format.suffix', '.patch'],
  ['format.thread', 'false'],
  ['format.useAutoBase', 'false'],
  ['status.relativePaths', 'true'],
  ['status.renames', 'true'],
  ['status.showStash', 'false'],
  ['status.submoduleSummary', 'false'],
  ['submodule.recurse', 'false'],
  ['tar.umask', '0002'],
];

/**
 * In a checkout packit made: hooks, signing and clean-up stay out of it, and so does what a person has chosen for their own
 * checkouts, merges and pushes.
 */
export const ISOLATED_SETTINGS: readonly Setting[] = [
  ['core.hooksPath', '/dev/null'],
  ['commit.gpgsign', 'false'],
  ['tag.gpgsign', 'false'],
  ['push.gpgsign', 'false'],
  ['core.fsmonitor', 'false'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
];

/** On top of these, in every git packit runs there. Unlike them they are not written down for the git of others. */
export const OWN_CHECKOUT_SETTINGS: readonly Setting[] = [
  ...ISOLATED_SETTINGS,
  ['core.autocrlf', 'false'],
  ['core.eol', 'lf'],
  ['core.safecrlf', 'false'],
  ['core.symlinks', 'true'],
  ['core.excludesFile', '/dev/null'],
  ['init.templateDir', ''],
  ['clone.defaultRemoteName', 'origin'],
  ['clone.rejectShallow', 'false'],
  ['safe.bareRepository', 'all'],
  ['checkout.guess', 'true'],
  ['fetch.prune', 'false'],
  ['fetch.pruneTags', 'false'],
  ['fetch.recurseSubmodules', 'false'],
  ['commit.verbose', 'false'],
  ['commit.status', 'false'],
  ['merge.ff', 'true'],
  ['merge.log', 'false'],
  ['merge.stat', 'false'],
  ['merge.autoStash', 'false'],
  ['merge.renames', 'true'],
  ['merge.renormalize', 'false'],
  ['merge.verifySignatures', 'false'],
  ['merge.conflictStyle', 'merge'],
  ['merge.directoryRenames', 'conflict'],
  ['rerere.enabled', 'false'],
  ['apply.whitespace', 'warn'],
  ['apply.ignoreWhitespace', 'no'],
  ['am.keepcr', 'false'],
  ['am.threeWay', 'false'],
  ['push.followTags', 'false'],
  ['push.recurseSubmodules', 'no'],
  ['push.pushOption', ''],
  ['push.autoSetupRemote', 'false'],
];

/**
 * The environment in which git knows of settings: what `git -c` makes of its options, without their length in every message and
 * argument list. It wins over every file and over `GIT_CONFIG_COUNT`.
 */
export function settingsEnvironment(settings: readonly Setting[]): Environment {
  return { GIT_CONFIG_PARAMETERS: settings.map(([key, value]) => quoted(`${key}=${value}`)).join(' ') };
}

export const ANSWERS = settingsEnvironment(ANSWER_SETTINGS);
/** Also for `git archive` in any checkout: the bytes of the commit, and nothing that a checkout would make of them. */
export const OWN_CHECKOUT = settingsEnvironment([...ANSWER_SETTINGS, ...OWN_CHECKOUT_SETTINGS]);

/** As git reads it: in single quotes, those inside as `'\''`. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** Variables that would point git at another repository than its directory (set by git inside hooks), or change its answers. */
const FOREIGN_VARIABLES: Environment = {
  GIT_DIR: undefined,
  GIT_WORK_TREE: undefined,
  GIT_INDEX_FILE: undefined,
  GIT_COMMON_DIR: undefined,
  GIT_OBJECT_DIRECTORY: undefined,
  GIT_ALTERNATE_OBJECT_DIRECTORIES: undefined,
  GIT_PREFIX: undefined,
  GIT_NAMESPACE: undefined,
  GIT_SHALLOW_FILE: undefined,
  GIT_GRAFT_FILE: undefined,
  GIT_REPLACE_REF_BASE: undefined,
  GIT_ATTR_SOURCE: undefined,
  GIT_TEMPLATE_DIR: undefined,
  GIT_EXTERNAL_DIFF: undefined,
  GIT_DIFF_OPTS: undefined,
  GIT_NOTES_REF: undefined,
  GIT_NOTES_DISPLAY_REF: undefined,
  GIT_LITERAL_PATHSPECS: undefined,
  GIT_GLOB_PATHSPECS: undefined,
  GIT_NOGLOB_PATHSPECS: undefined,
  GIT_ICASE_PATHSPECS: undefined,
};

/** No lock on the user's index, no question on the terminal, messages we can read. */
export const GIT_ENVIRONMENT: Environment = {
  ...FOREIGN_VARIABLES,
  GIT_ATTR_NOSYSTEM: '1',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  GIT_PAGER: 'cat',
  GIT_EDITOR: 'true',
  GIT_MERGE_AUTOEDIT: 'no',
  LC_ALL: 'C',
  LANGUAGE: '',
};
