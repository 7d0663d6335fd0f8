import { PackitError, ServiceError } from '../../errors.ts';
import { answerOf } from '../http/index.ts';
import type { HttpResponse } from '../http/index.ts';
import { list, record, text } from './answers.ts';

const TOKEN_VARIABLE = 'TESTING_FARM_API_TOKEN';
const STATUS_PAGE = 'https://status.testing-farm.io';
const ONBOARDING = 'https://docs.testing-farm.io/Testing%20Farm/0.1/onboarding.html';
const MOST_LINES = 20;

/** @param action what was asked: `take the tests`, follows "Testing Farm would not" */
export function farmError(error: unknown, action: string): unknown {
  const answer = answerOf(error);
  if (answer === undefined || !(error instanceof ServiceError)) return error;
  const { status } = answer;
  const said = saidIn(answer);
  const options = { status, details: said.slice(1), cause: error };
  if (status >= 500) {
    return new ServiceError('TESTING_FARM_DOWN', `Testing Farm failed to ${action} (HTTP ${status})`, {
      ...options,
      details: said,
      hint: `See whether Testing Farm is well: ${STATUS_PAGE}.`,
    });
  }
  const [code, verb, hint] = MEANING[status] ?? ['TESTING_FARM_REFUSED', 'would not', undefined];
  const reason = said[0] === undefined ? ` (HTTP ${status})` : `: ${said[0]}`;
  return new ServiceError(code, `Testing Farm ${verb} ${action}${reason}`, {
    ...options,
    ...(hint === undefined ? {} : { hint }),
  });
}

export function noToken(action: string): PackitError {
  return new PackitError(
    'TESTING_FARM_NO_TOKEN',
    `There is no token for Testing Farm, which is needed to ${action}`,
    {
      hint: `Get one (${ONBOARDING}) and set ${TOKEN_VARIABLE}.`,
    },
  );
}

const MEANING: Readonly<Record<number, readonly [code: string, verb: string, hint: string | undefined]>> = {
  401: [
    'TESTING_FARM_TOKEN_INVALID',
    'does not accept the token to',
    `Put a valid token into ${TOKEN_VARIABLE}. How to get one: ${ONBOARDING}.`,
  ],
  403: ['TESTING_FARM_FORBIDDEN', 'does not allow you to', undefined],
  404: ['TESTING_FARM_NOT_FOUND', 'knows nothing of what it takes to', 'Check TESTING_FARM_API_URL.'],
  409: ['TESTING_FARM_CONFLICT', 'cannot', undefined],
  429: ['TESTING_FARM_RATE_LIMITED', 'refuses for now to', 'Try again later.'],
};

/**
 * What the body of a refusal says: `{message}`, `{errors: {environments: {0: {arch: "..."}}}}` as
 * `environments.0.arch: ...`, `{detail: [{loc, msg}]}`, or plain text.
 */
function saidIn(answer: HttpResponse): string[] {
  const type = answer.headers['content-type'] ?? '';
  const body = answer.text();
  let said: string[];
  try {
    const value = record(JSON.parse(body));
    const detail = text(value.detail);
    said = [
      ...(text(value.message)?.split(/\r?\n/) ?? []),
      ...(detail === undefined ? list(value.detail).map(validation) : [detail]),
      ...flattened(value.errors, []),
    ];
  } catch {
    // A page of the web server before it: its status says as much.
    said = type.includes('html') ? [] : body.split(/\r?\n/);
  }
  return said.filter((line) => line.trim() !== '').slice(0, MOST_LINES);
}

function validation(one: unknown): string {
  const { loc, msg } = record(one);
  const place = list(loc).filter((part) => part !== 'body');
  return [...(place.length === 0 ? [] : [place.join('.')]), text(msg) ?? ''].join(': ');
}

function flattened(value: unknown, place: readonly string[]): string[] {
  if (place.length > 10) return [];
  if (typeof value === 'string')
    return [[...(place.length === 0 ? [] : [place.join('.')]), value].join(': ')];
  if (Array.isArray(value)) {
    const texts = value.every((one) => typeof one === 'string');
    return value.flatMap((one, index) => flattened(one, texts ? place : [...place, String(index)]));
  }
  return Object.entries(record(value)).flatMap(([key, one]) => flattened(one, [...place, key]));
}
