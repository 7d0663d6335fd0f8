/** What packit asks of Bodhi. Questions are anonymous; what changes something is sent with a login. */
import { ServiceError } from '../../errors.ts';
import type { HttpClient, HttpResponse } from '../http/index.ts';
import type { BodhiLogin } from './login.ts';
import { BODHI_URL } from './releases.ts';
import { list, readUpdate, record, text, unexpectedAnswer } from './updates.ts';
import type { BodhiUpdate } from './updates.ts';

export interface BodhiOptions {
  http: HttpClient;
  /** Default: Fedora's. */
  url?: string | undefined;
  login: BodhiLogin;
}

export interface UpdateQuery {
  package?: string | undefined;
  status?: string | undefined;
  alias?: string | undefined;
  builds?: readonly string[] | undefined;
  /** Newest first, no more than these. Default: all. */
  limit?: number | undefined;
}

/** A release, with what decides whether it takes updates. */
export interface UpdateRelease {
  /** `F42` */
  name: string;
  branch: string;
  /** `f42` */
  distTag: string;
  state: string;
  candidateTag: string;
  /** False: Bodhi makes the updates itself, of every build (Rawhide). */
  composedByBodhi: boolean;
}

/** Values as Bodhi's form has them; lists repeat their name. */
export type UpdateFields = Readonly<
  Record<string, string | number | boolean | readonly string[] | undefined>
>;

export interface SavedUpdates {
  /** One; several where the builds were of several releases. */
  updates: BodhiUpdate[];
  /** What Bodhi remarks about it. */
  caveats: string[];
}

/** @throws of every function: ServiceError `BODHI_REFUSED`, `BODHI_UNEXPECTED`, those of the HTTP client and of the login */
export interface Bodhi {
  readonly url: string;
  updates(query: UpdateQuery): Promise<BodhiUpdate[]>;
  /** Undefined if there is none of that name. */
  update(alias: string): Promise<BodhiUpdate | undefined>;
  releases(): Promise<UpdateRelease[]>;
  /**
   * Makes an update, or changes the one named by `edited`. Sent again if the answer was lost: what it made is then the
   * error `BODHI_EXISTS`.
   */
  save(fields: UpdateFields): Promise<SavedUpdates>;
  /** Asks for an update to become `stable`, `testing`, ... */
  request(alias: string, request: string): Promise<BodhiUpdate>;
}

const SERVICE = 'Bodhi';
const ROWS = 100;
const MAX_PAGES = 100;

export function createBodhi({ http, url = BODHI_URL, login }: BodhiOptions): Bodhi {
  const base = url.replace(/\/+$/, '');

  const ask = async (path: string, query: UpdateFields = {}): Promise<unknown> =>
    http.json({ url: `${base}/${path}`, query, accept: [404], service: SERVICE });

  const send = async (path: string, fields: UpdateFields): Promise<unknown> => {
    for (let count = 0; ; count += 1) {
      const answer = await post(path, fields);
      // Comments need no account, so that a lost login is a question for a captcha; others say it by their status.
      const loginLost = answer.status === 401 || errorsIn(answer).some(({ name }) => name === 'captcha_key');
      if (loginLost && count === 0) {
        await login.renew();
        continue;
      }
      if (answer.status >= 400 || loginLost) throw refusal(answer);
      return answer.json();
    }
  };
  const post = async (path: string, fields: UpdateFields): Promise<HttpResponse> => {
    const headers = await login.headers();
    const token = record(await http.json({ url: `${base}/csrf`, headers, service: SERVICE })).csrf_token;
    if (typeof token !== 'string') throw unexpectedAnswer('no token against forged requests');
    login.hide(token);
    return http.request({
      url: `${base}/${path}`,
      method: 'POST',
      headers: { accept: 'application/json', ...headers },
      form: { ...fields, csrf_token: token },
      accept: 'all',
      // What is asked for a second time is refused, or the same.
      idempotent: true,
      service: SERVICE,
    });
  };

  return {
    url: base,
    async updates({ package: name, status, alias, builds, limit }) {
      const found: BodhiUpdate[] = [];
      for (let page = 1; page <= MAX_PAGES; page += 1) {
        const answer = record(
          await ask('updates/', {
            packages: name,
            status,
            alias,
            builds: builds?.join(','),
            rows_per_page: Math.min(limit ?? ROWS, ROWS),
            page,
          }),
        );
        if (!Array.isArray(answer.updates)) throw unexpectedAnswer('no list of updates');
        found.push(...list(answer.updates).map(readUpdate));
        const enough = limit !== undefined && found.length >= limit;
        if (enough || page >= Number(answer.pages ?? 0)) break;
      }
      return limit === undefined ? found : found.slice(0, limit);
    },
    async update(alias) {
      const answer = record(await ask(`updates/${encodeURIComponent(alias)}`));
      return answer.update === undefined ? undefined : readUpdate(answer.update);
    },
    async releases() {
      const found: UpdateRelease[] = [];
      for (let page = 1; page <= MAX_PAGES; page += 1) {
        const answer = record(await ask('releases/', { rows_per_page: ROWS, page }));
        found.push(...list(answer.releases).filter(isOfPackages).map(readRelease));
        if (page >= Number(answer.pages ?? 0)) break;
      }
      return found;
    },
    async save(fields) {
      const answer = record(await send('updates/', fields));
      const updates = Array.isArray(answer.updates) ? list(answer.updates) : [answer];
      return {
        updates: updates.map(readUpdate),
        caveats: list(answer.caveats).flatMap((caveat) => text(record(caveat).description) ?? []),
      };
    },
    async request(alias, request) {
      const path = `updates/${encodeURIComponent(alias)}/request`;
      return readUpdate(record(await send(path, { update: alias, request })).update);
    },
  };
}

/** Containers, Flatpaks and modules have releases of their own, on the same branches. */
function isOfPackages(value: unknown): boolean {
  return ['FEDORA', 'FEDORA-EPEL', 'FEDORA-EPEL-NEXT'].includes(text(record(value).id_prefix) ?? 'FEDORA');
}

function readRelease(value: unknown): UpdateRelease {
  const item = record(value);
  return {
    name: text(item.name) ?? '',
    branch: text(item.branch) ?? '',
    distTag: text(item.dist_tag) ?? '',
    state: text(item.state) ?? '',
    candidateTag: text(item.candidate_tag) ?? '',
    composedByBodhi: item.composed_by_bodhi !== false,
  };
}

function errorsIn(answer: HttpResponse): { name: string | undefined; description: string }[] {
  try {
    const value = record(answer.json());
    return list(value.errors).map((error) => {
      const { name, description } = record(error);
      return { name: text(name), description: text(description) ?? 'no reason given' };
    });
  } catch {
    return [];
  }
}

function refusal(answer: HttpResponse): ServiceError {
  const errors = errorsIn(answer).map(({ description }) => description);
  const [sentence = `status ${answer.status}`, ...details] = errors;
  const exists = errors.find((error) => /Update for \S+ already exists/.test(error));
  if (exists !== undefined) return new ServiceError('BODHI_EXISTS', exists, { status: answer.status });
  return new ServiceError('BODHI_REFUSED', `Bodhi refused it: ${sentence}`, {
    status: answer.status,
    details,
    hint:
      answer.status === 403 && /commit access/.test(sentence)
        ? 'Only committers of the package can do this: ask its maintainers.'
        : 'Correct what it says and run the command again.',
  });
}
