/** What the answers about tokens and tickets mean. Tokens themselves never come here. */
import type { ServiceError } from '../../errors.ts';
import type { Finding, Rating } from './finding.ts';

/** What was found out about the login of a service. */
export type Login =
  | { state: 'absent'; cure: string }
  /** It is there, and nobody was asked: `--offline`. */
  | { state: 'unasked'; source: string }
  | {
      state: 'good';
      source: string;
      user?: string | undefined;
      /** Undefined: the service does not say. */
      scopes?: readonly string[] | undefined;
      /** Rights that it lacks, in words. */
      missing?: readonly string[];
      expires?: Date | undefined;
      /** How to get a better one. */
      cure: string;
    }
  | { state: 'refused'; source: string; why: string; cure: string }
  /** The service could not say. */
  | { state: 'unknown'; source: string; why: string; cure: string };

const DAY_MS = 24 * 60 * 60 * 1000;
/** A token that ends sooner is worth a word. */
const SOON_DAYS = 7;

export function judgeLogin(subject: string, login: Login, now: Date): Finding {
  const finding = { area: 'logins', subject } as const;
  if (login.state === 'good') return { ...finding, ...judgeGood(login, now) };
  if (login.state === 'absent') return { ...finding, rating: 'warning', says: 'no token', cure: login.cure };
  const { source } = login;
  if (login.state === 'unasked') {
    return { ...finding, rating: 'ok', says: `a token from ${source}, not tried (--offline)` };
  }
  const { why, cure } = login;
  return login.state === 'refused'
    ? { ...finding, rating: 'problem', says: `the token from ${source} is not accepted: ${why}`, cure }
    : {
        ...finding,
        rating: 'warning',
        says: `a token from ${source}, which could not be tried: ${why}`,
        cure,
      };
}

function judgeGood(
  login: Extract<Login, { state: 'good' }>,
  now: Date,
): Pick<Finding, 'rating' | 'says' | 'cure'> {
  const { source, user, scopes, missing = [], expires, cure } = login;
  const days = expires === undefined ? undefined : Math.floor((expires.getTime() - now.getTime()) / DAY_MS);
  const rating: Rating =
    days !== undefined && days < 0
      ? 'problem'
      : missing.length > 0 || (days !== undefined && days < SOON_DAYS)
        ? 'warning'
        : 'ok';
  const says = [
    user === undefined ? `a token from ${source}` : `${user}, by the token from ${source}`,
    ...(scopes === undefined ? [] : [`scopes ${scopes.length === 0 ? 'none' : scopes.join(' ')}`]),
    ...(missing.length === 0 ? [] : [`may not: ${missing.join(', ')}`]),
    ...(expires === undefined || days === undefined ? [] : [ending(expires, days)]),
  ].join('; ');
  return { rating, says, ...(rating === 'ok' ? {} : { cure }) };
}

function ending(expires: Date, days: number): string {
  const day = expires.toISOString().slice(0, 10);
  if (days < 0) return `expired on ${day}`;
  return days < SOON_DAYS ? `expires on ${day}, in ${days === 1 ? '1 day' : `${days} days`}` : `until ${day}`;
}

/** A 401 or 403 is an answer; anything else says nothing about the token. */
export function isRefusal({ status }: Pick<ServiceError, 'status'>): boolean {
  return status === 401 || status === 403;
}

export interface Ticket {
  principal: string;
  expires: Date;
}

/** @param login the command that gets a ticket @param keytab of the user configuration */
export function judgeTicket(
  realm: string,
  ticket: Ticket | undefined,
  { now, login, keytab }: { now: Date; login: string; keytab: string | undefined },
): Finding {
  const finding = { area: 'logins', subject: 'Kerberos' } as const;
  const ended = ticket !== undefined && ticket.expires.getTime() <= now.getTime();
  if (ticket !== undefined && !ended) {
    const until = ticket.expires.toISOString().slice(0, 16).replace('T', ' ');
    return { ...finding, rating: 'ok', says: `${ticket.principal} until ${until} UTC` };
  }
  if (keytab !== undefined) {
    return { ...finding, rating: 'ok', says: `no ticket for ${realm}; one is fetched with ${keytab}` };
  }
  return {
    ...finding,
    rating: 'warning',
    says: ended ? `the ticket of ${ticket.principal} has ended` : `no ticket for ${realm}`,
    cure: `Get one: ${login}`,
    neededBy: ['create-update', 'build in-koji', 'uploads to the lookaside cache'],
  };
}
