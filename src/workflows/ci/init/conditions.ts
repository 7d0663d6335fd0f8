/** Expressions of Actions that decide whether a job runs, and which of its runs exclude each other. */
import { expression } from './shell.ts';

export function allOf(terms: readonly string[]): string {
  return terms.join(' && ');
}

/** On lines of their own; those of several terms in brackets. */
export function anyOf(terms: readonly string[]): string {
  return terms.map((term) => (term.includes(' && ') ? `(${term})` : term)).join(' ||\n');
}

const COMMAND = ["github.event_name == 'issue_comment'", "contains(github.event.comment.body, '/packit')"];

/** A comment with a command, wherever it is. */
export const COMMENT = allOf(COMMAND);
export const COMMENT_ON_PULL_REQUEST = allOf([...COMMAND, 'github.event.issue.pull_request']);
export const COMMENT_ON_ISSUE = allOf([...COMMAND, '!github.event.issue.pull_request']);
export const RELEASE = "github.event_name == 'release'";

/**
 * A comment must not end what another one has started; only a push to a pull request replaces what was running for it. A label
 * starts jobs of its own.
 */
export const GROUP = [
  `packit-${expression('github.event_name')}`,
  expression('github.event.comment.id || github.event.pull_request.number || github.sha'),
  expression("github.event.label.name || 'all'"),
].join('-');
