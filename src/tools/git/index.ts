export { createGit, gitText } from './git.ts';
export { ANSWER_SETTINGS, ISOLATED_SETTINGS, OWN_CHECKOUT, OWN_CHECKOUT_SETTINGS } from './settings.ts';
export type { BatchCommand, Git, GitOptions, GitRunOptions } from './git.ts';
export {
  commitAuthor,
  commitTime,
  parseHead,
  readConfigFacts,
  readHead,
  readIdentity,
  readLayout,
  readRemotes,
  resolveCommit,
} from './facts.ts';
export type { ConfigFacts, Head, Layout, Remote } from './facts.ts';
export { describeHead, describeMatch, listTags, nearestTag, parseDescription, parseTags } from './tags.ts';
export type { Description, Tag } from './tags.ts';
export { changelogLines } from './log.ts';
export { displayRaw, listOtherFiles, splitRaw } from './files.ts';
export type { OtherFiles, RawPath } from './files.ts';
export { clone, fetch, push, remoteBranches, remoteDefaultBranch } from './transfer.ts';
export type { CloneOptions, FetchOptions, PushOptions } from './transfer.ts';
export { addWorktree, checkout, commit, removeWorktree, stage } from './worktree.ts';
export type { CommitOptions } from './worktree.ts';
export { diffSummary } from './summary.ts';
export type { FileChange } from './summary.ts';
export { surveyRepository } from './survey.ts';
export type { Survey } from './survey.ts';
