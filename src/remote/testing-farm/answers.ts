/** What Testing Farm answers, checked field by field: nothing of a foreign shape goes further than this file. */
import { ServiceError } from '../../errors.ts';
import type { RunState } from '../../run-state.ts';
import { requestPage } from './pages.ts';
import { CAUSE_VARIABLE, KEY_VARIABLE } from './submission.ts';

export interface FarmRequest {
  id: string;
  state: RunState;
  /** `passed`, `failed`, `skipped`, `error` or `unknown`, once it has ended. */
  overall: string | undefined;
  /** One line: why there is no result, or what Testing Farm says of it. May be empty. */
  summary: string;
  /** Page with the artifacts; before there are any, the request itself. */
  url: string;
  /** ISO 8601, UTC. */
  createdAt: string | undefined;
  /** The key and the cause that it was submitted with, found among the variables of its environments. */
  key: string | undefined;
  cause: string | undefined;
}

/** A word that is unknown is taken for one that may still change. */
const STATES: Readonly<Record<string, RunState>> = {
  new: 'queued',
  queued: 'queued',
  running: 'running',
  'cancel-requested': 'running',
  canceled: 'cancelled',
  error: 'failed',
};
/** How tests that were run to their end have ended; everything else is a failure. */
const RESULTS: Readonly<Record<string, RunState>> = { passed: 'succeeded', skipped: 'skipped' };
const MOST_WORDS = 1000;

/** Testing Farm's words for a request as one state. */
export function farmState(word: string, overall: string | undefined): RunState {
  if (word === 'complete') return RESULTS[overall ?? 'unknown'] ?? 'failed';
  return STATES[word] ?? 'queued';
}

/** @param base address of the API, for the page of a request without artifacts */
export function toRequest(answer: unknown, base: string): FarmRequest {
  const item = record(answer);
  const id = text(item.id) ?? unexpected('a request');
  const word = text(item.state) ?? 'new';
  const result = record(item.result);
  const ended = word === 'complete' || word === 'error';
  const overall = text(result.overall) ?? (ended ? (word === 'error' ? 'error' : 'unknown') : undefined);
  const variables = list(item.environments_requested).map((one) => record(record(one).variables));
  const variable = (name: string): string | undefined =>
    variables.map((own) => text(own[name])).find((value) => value !== undefined && value !== '');
  return {
    id,
    state: farmState(word, overall),
    overall,
    summary: summaryOf(item, overall),
    url: artifactsPage(item) ?? requestPage(base, id),
    createdAt: moment(item.created),
    key: variable(KEY_VARIABLE),
    cause: variable(CAUSE_VARIABLE),
  };
}

/** Names in a list of composes; some of them are regular expressions. */
export function toComposes(answer: unknown): string[] {
  const { composes } = record(answer);
  if (!Array.isArray(composes)) return unexpected('a list of composes');
  return composes.map((one) => text(record(one).name)).filter((name) => name !== undefined);
}

export function toRequests(answer: unknown, base: string): FarmRequest[] {
  // Nothing found is null on some servers.
  if (answer === null || answer === undefined) return [];
  return Array.isArray(answer) ? answer.map((one) => toRequest(one, base)) : unexpected('a list of requests');
}

export function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** What went wrong is in the summary or, where the tests never began, in the notes. */
function summaryOf(item: Record<string, unknown>, overall: string | undefined): string {
  const said = oneLine(text(record(item.result).summary) ?? '');
  if (said !== '' || overall === undefined || overall === 'passed') return said;
  const notes = list(item.notes)
    .map(record)
    .map(({ level, message }) => ({ level, message: oneLine(text(message) ?? '') }))
    .filter(({ message }) => message !== '');
  const errors = notes.filter(({ level }) => level === 'error');
  const telling = (errors.length === 0 && item.state === 'error' ? notes : errors).map(
    ({ message }) => message,
  );
  if (telling.length > 0) return telling.join('; ').slice(0, MOST_WORDS);
  return overall === 'unknown' ? 'Testing Farm could not tell how the tests ended' : '';
}

function oneLine(words: string): string {
  return words.replace(/\s+/g, ' ').trim().slice(0, MOST_WORDS);
}

function artifactsPage(item: Record<string, unknown>): string | undefined {
  const url = text(record(item.run).artifacts);
  return url !== undefined && /^https?:\/\//.test(url) ? url : undefined;
}

/** Times come without a zone, which is UTC, and with a space or a T: `2020-12-07 17:22:36.061250`. */
function moment(value: unknown): string | undefined {
  const given = text(value)?.trim().replace(' ', 'T');
  if (given === undefined || given === '') return undefined;
  const time = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/i.test(given) ? given : `${given}Z`);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

function unexpected(what: string): never {
  throw new ServiceError(
    'TESTING_FARM_UNEXPECTED',
    `Testing Farm answered with something that is not ${what}`,
    {
      hint: 'Check TESTING_FARM_API_URL; if it is right, Testing Farm has changed and packit needs an update.',
    },
  );
}
