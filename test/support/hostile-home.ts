/** A person's home directory in which everything is set differently from what programs start with. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Settings that change what git answers or makes, each in a way that somebody has. */
export const HOSTILE_GIT_SETTINGS: Readonly<Record<string, string>> = {
  'apply.whitespace': 'fix',
  'clone.defaultRemoteName': 'upstream',
  'color.branch': 'always',
  'color.diff': 'always',
  'color.status': 'always',
  'color.ui': 'always',
  'column.ui': 'always',
  'commit.gpgSign': 'true',
  'commit.verbose': 'true',
  'core.abbrev': '20',
  'core.autocrlf': 'true',
  'core.bigFileThreshold': '1',
  'core.eol': 'crlf',
  'core.quotePath': 'false',
  'core.safecrlf': 'true',
  'core.symlinks': 'false',
  'diff.algorithm': 'patience',
  'diff.colorMoved': 'zebra',
  'diff.context': '0',
  'diff.external': 'false',
  'diff.ignoreSubmodules': 'all',
  'diff.interHunkContext': '20',
  'diff.mnemonicPrefix': 'true',
  'diff.noprefix': 'true',
  'diff.relative': 'true',
  'diff.renames': 'false',
  'diff.submodule': 'log',
  'diff.suppressBlankEmpty': 'true',
  'fetch.prune': 'true',
  'fetch.pruneTags': 'true',
  'format.attach': 'boundary',
  'format.cc': 'someone@example.com',
  'format.coverLetter': 'true',
  'format.encodeEmailHeaders': 'false',
  'format.filenameMaxLength': '20',
  'format.from': 'Else <else@example.com>',
  'format.headers': 'Organization: none',
  'format.noprefix': 'true',
  'format.notes': 'true',
  'format.numbered': 'false',
  'format.pretty': 'oneline',
  'format.signOff': 'true',
  'format.signature': 'sent by hand',
  'format.subjectPrefix': 'RFC',
  'format.suffix': '.txt',
  'format.thread': 'deep',
  'format.to': 'list@example.com',
  'format.useAutoBase': 'true',
  'grep.lineNumber': 'true',
  'i18n.commitEncoding': 'ISO-8859-1',
  'i18n.logOutputEncoding': 'UTF-16',
  'log.abbrevCommit': 'true',
  'log.date': 'relative',
  'log.decorate': 'full',
  'log.follow': 'true',
  'log.showSignature': 'true',
  'merge.ff': 'only',
  'merge.verifySignatures': 'true',
  'push.followTags': 'true',
  'rerere.enabled': 'true',
  'safe.bareRepository': 'explicit',
  'status.branch': 'true',
  'status.short': 'true',
  'status.showStash': 'true',
  'status.showUntrackedFiles': 'all',
  'status.submoduleSummary': 'true',
  'submodule.recurse': 'true',
  'tag.gpgSign': 'true',
  'tag.sort': '-refname',
  'tar.umask': '0077',
};

const RPM_MACROS = `%packager Somebody Else <else@example.com>
%vendor Elsewhere
%distribution Other
%dist .other
%_source_payload w1.gzdio
%_source_filedigest_algorithm 1
%_buildhost elsewhere.example.com
%_topdir %{getenv:HOME}/elsewhere
%source_date_epoch_from_changelog 1
`;

/** Writes `.gitconfig`, global attributes and `.rpmmacros` into a new directory; returns the environment that goes with it. */
export function hostileHome(home: string): Record<string, string | undefined> {
  mkdirSync(join(home, '.config/git'), { recursive: true });
  mkdirSync(join(home, '.config/rpm'), { recursive: true });
  const file = join(home, '.gitconfig');
  for (const [key, value] of Object.entries(HOSTILE_GIT_SETTINGS)) {
    execFileSync('git', ['config', '--file', file, key, value]);
  }
  writeFileSync(join(home, '.config/git/attributes'), '*.sh export-ignore\n* text=auto eol=crlf\n');
  writeFileSync(join(home, '.rpmmacros'), RPM_MACROS);
  writeFileSync(join(home, '.config/rpm/macros'), RPM_MACROS);
  return {
    HOME: home,
    XDG_CONFIG_HOME: join(home, '.config'),
    GIT_CONFIG_GLOBAL: file,
    GIT_DIFF_OPTS: '--unified=0',
    GIT_EXTERNAL_DIFF: 'false',
    GIT_NOGLOB_PATHSPECS: '1',
    RPM_PACKAGER: 'Somebody Else <else@example.com>',
    LANG: 'de_DE.UTF-8',
    LC_ALL: 'tr_TR.UTF-8',
    TZ: 'Pacific/Kiritimati',
  };
}
