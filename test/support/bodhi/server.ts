/** A stand-in for Bodhi and the OpenID Connect provider in front of it. */
import { jsonReply, startService } from '../http/service.ts';
import type { ServiceReply, ServiceRequest, TestService } from '../http/service.ts';
import { createProvider } from './provider.ts';
import type { TestProvider } from './provider.ts';
import { addUpdate, bodhiState, shownUpdate } from './state.ts';
import type { BodhiState, TestUpdate } from './state.ts';

export interface TestBodhi {
  readonly service: TestService;
  readonly url: string;
  readonly provider: TestProvider;
  readonly state: BodhiState;
  /** Forms that were posted and understood, without their tokens. */
  readonly posted: Record<string, string | string[]>[];
  /** Milliseconds before each answer. */
  delay: number;
  /** Forgets every session and every access token. */
  forgetLogins(): void;
  close(): Promise<void>;
}

const TYPES = ['bugfix', 'security', 'newpackage', 'enhancement', 'unspecified'];
const FIELDS = new Set([
  'builds',
  'notes',
  'type',
  'bugs',
  'severity',
  'request',
  'close_bugs',
  'suggest',
  'autotime',
  'stable_days',
  'autokarma',
  'stable_karma',
  'unstable_karma',
  'display_name',
  'from_tag',
  'edited',
  'csrf_token',
]);

class Refused extends Error {
  readonly status: number;
  readonly field: string;
  constructor(field: string, text: string, status = 400) {
    super(text);
    this.field = field;
    this.status = status;
  }
}

export async function startBodhi(state = bodhiState()): Promise<TestBodhi> {
  const sessions = new Set<string>();
  const tokens = new Set<string>();
  const posted: TestBodhi['posted'] = [];

  const isLoggedIn = (request: ServiceRequest): boolean => {
    const [, ticket = ''] = /auth_tkt=([^;]+)/.exec(String(request.headers.cookie ?? '')) ?? [];
    return sessions.has(ticket) && provider.accepts(request);
  };
  const form = (request: ServiceRequest): URLSearchParams => {
    if (!String(request.headers['content-type']).startsWith('application/x-www-form-urlencoded'))
      throw new Error('no form');
    const fields = new URLSearchParams(request.text);
    const token = fields.get('csrf_token') ?? '';
    // Without an account this is a comment's question.
    if (!isLoggedIn(request)) throw new Refused('captcha_key', 'You must provide a captcha_key.');
    if (!tokens.has(token)) throw new Refused('csrf_token', 'CSRF tokens do not match.');
    const strange = [...fields.keys()].filter((name) => !FIELDS.has(name) && name !== 'update');
    if (strange.length > 0) throw new Error(`unknown fields ${strange.join(', ')}`);
    const plain: Record<string, string | string[]> = {};
    for (const name of new Set(fields.keys())) {
      if (name === 'csrf_token') continue;
      const values = fields.getAll(name);
      plain[name] = values.length === 1 ? (values[0] ?? '') : values;
    }
    posted.push(plain);
    return fields;
  };
  const shown = (update: TestUpdate): Record<string, unknown> => shownUpdate(state, update, service.url);

  const handle = (request: ServiceRequest): ServiceReply => {
    const { path, method, query } = request;
    if (path.startsWith('/idp/')) return provider.handle(request);
    if (method === 'GET' && path === '/releases/')
      return jsonReply(page(state.releases.map(shownRelease), 'releases', query));
    if (method === 'GET' && path === '/updates/')
      return jsonReply(page(find(state, query).map(shown), 'updates', query));
    if (method === 'GET' && path === '/oidc/login-token') {
      if (!provider.accepts(request)) return jsonReply({ status: 'error' }, 401);
      const ticket = `ticket-${sessions.size}-0123456789`;
      sessions.add(ticket);
      return {
        ...jsonReply({ status: 'ok' }),
        headers: { 'set-cookie': `auth_tkt=${ticket}; Path=/; HttpOnly` },
      };
    }
    if (method === 'GET' && path === '/csrf') {
      const token = `csrf-${tokens.size}-0123456789`;
      tokens.add(token);
      return jsonReply({ csrf_token: token });
    }
    const [, alias, verb] = /^\/updates\/([\w-]+)(\/request)?$/.exec(path) ?? [];
    const update = state.updates.find((one) => one.alias === alias);
    if (alias !== undefined && update === undefined) throw new Refused('id', 'Invalid update id', 404);
    if (method === 'GET' && update !== undefined)
      return jsonReply({ update: shown(update), can_edit: false });
    if (method === 'POST' && update !== undefined && verb !== undefined)
      return jsonReply({ update: shown(changeRequest(update, form(request))) });
    if (method === 'POST' && path === '/updates/') return jsonReply(save(state, form(request), shown));
    throw new Error('unknown path');
  };

  const service = await startService(async (request) => {
    if (bodhi.delay > 0) await new Promise((done) => setTimeout(done, bodhi.delay));
    try {
      return handle(request);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const errors = [{ location: 'body', name: error.field, description: error.message }];
      return jsonReply({ status: 'error', errors }, error.status);
    }
  });
  const provider = createProvider(() => `${service.url}/idp/openidc`);
  const bodhi: TestBodhi = {
    service,
    url: service.url,
    provider,
    state,
    posted,
    delay: 0,
    forgetLogins() {
      sessions.clear();
      provider.forget();
    },
    close: () => service.close(),
  };
  return bodhi;
}

function shownRelease({
  name,
  branch,
  distTag,
  state,
  composed,
}: BodhiState['releases'][number]): Record<string, unknown> {
  return {
    name,
    long_name: `Fedora ${name.slice(1)}`,
    version: name.slice(1),
    id_prefix: name.endsWith('C') ? 'FEDORA-CONTAINER' : 'FEDORA',
    branch,
    dist_tag: distTag,
    candidate_tag: `${distTag}-updates-candidate`,
    state,
    composed_by_bodhi: composed,
  };
}

function page(items: readonly unknown[], name: string, query: URLSearchParams): Record<string, unknown> {
  const rows = Number(query.get('rows_per_page') ?? 20);
  const number = Number(query.get('page') ?? 1);
  return {
    [name]: items.slice((number - 1) * rows, number * rows),
    page: number,
    pages: Math.ceil(items.length / rows),
    rows_per_page: rows,
    total: items.length,
  };
}

function find(state: BodhiState, query: URLSearchParams): TestUpdate[] {
  const wanted = (name: string): string[] | undefined => query.get(name)?.split(',');
  const packages = wanted('packages');
  const builds = wanted('builds');
  const alias = query.get('alias');
  const status = query.get('status');
  return state.updates
    .filter((update) => packages === undefined || update.builds.some((nvr) => packages.includes(nameOf(nvr))))
    .filter((update) => builds === undefined || update.builds.some((nvr) => builds.includes(nvr)))
    .filter((update) => alias === null || update.alias === alias)
    .filter((update) => status === null || update.status === status)
    .toReversed();
}

function nameOf(nvr: string): string {
  return nvr.replace(/-[^-]+-[^-]+$/, '');
}

function changeRequest(update: TestUpdate, fields: URLSearchParams): TestUpdate {
  if (fields.get('update') !== update.alias) throw new Error('another update');
  const request = fields.get('request') ?? '';
  if (!['stable', 'testing', 'unpush', 'obsolete', 'revoke'].includes(request))
    throw new Error(`request ${request}`);
  if (update.locked) throw new Refused('request', "Can't change request on a locked update", 403);
  update.request = request;
  return update;
}

function save(
  state: BodhiState,
  fields: URLSearchParams,
  shown: (update: TestUpdate) => Record<string, unknown>,
): Record<string, unknown> {
  const fromTag = fields.get('from_tag');
  const builds = fields.getAll('builds');
  const all = builds.length === 0 && fromTag !== null ? state.buildsOf(fromTag) : builds;
  const edited = state.updates.find(({ alias }) => alias === fields.get('edited'));
  check(fields, { edited });
  const byRelease = new Map<string, string[]>();
  for (const nvr of all) {
    const release = releaseOf(state, nvr, fromTag);
    byRelease.set(release, [...(byRelease.get(release) ?? []), nvr]);
    if (state.closed.has(nameOf(nvr)))
      throw new Refused('builds', `jane does not have commit access to ${nameOf(nvr)}`, 403);
    const other = state.updates.find((update) => update.builds.includes(nvr) && update !== edited);
    if (other !== undefined) throw new Refused('builds', `Update for ${nvr} already exists`);
  }
  if (byRelease.size === 0)
    throw new Refused('builds', 'ACL validation mechanism was unable to determine ACLs.');
  const values = {
    type: fields.get('type') ?? 'unspecified',
    severity: fields.get('severity') ?? 'unspecified',
    notes: fields.get('notes') ?? '',
    bugs: fields
      .getAll('bugs')
      .flatMap((bugs) => bugs.split(/[\s,]+/))
      .map(Number),
    fromTag,
  };
  const updates = [...byRelease].map(([release, nvrs]) => {
    if (edited === undefined) return addUpdate(state, { ...values, release, builds: nvrs });
    return Object.assign(edited, values, { builds: nvrs });
  });
  const caveats = [{ name: 'builds', description: 'This update will be tested.' }];
  const [only] = updates;
  if (updates.length === 1 && only !== undefined) return { ...shown(only), caveats };
  return { updates: updates.map(shown), caveats };
}

function check(fields: URLSearchParams, { edited }: { edited: TestUpdate | undefined }): void {
  const type = fields.get('type') ?? '';
  if (!TYPES.includes(type)) throw new Refused('type', `"${type}" is not one of ${TYPES.join(', ')}`);
  if ((fields.get('notes') ?? '').length < 2) throw new Refused('notes', 'Shorter than minimum length 2');
  const severity = fields.get('severity') ?? 'unspecified';
  if (type === 'security' && severity === 'unspecified')
    throw new Refused('severity', 'Must specify severity for a security update');
  for (const bug of fields.getAll('bugs').flatMap((bugs) => bugs.split(/[\s,]+/)))
    if (!/^\d+$/.test(bug)) throw new Refused('bugs', `Invalid bug ID specified: ${bug}`);
  if (fields.get('edited') === null) return;
  if (edited === undefined) throw new Refused('edited', 'Invalid update to edit');
  if (edited.locked) throw new Refused('builds', "Can't edit a locked update");
}

/** By the dist tag at the end of the release: `1.fc42`. */
function releaseOf(state: BodhiState, nvr: string, fromTag: string | null): string {
  const [, number = ''] = /\.fc(\d+)$/.exec(nvr) ?? [];
  const release = state.releases.find(({ distTag }) => distTag === `f${number}`);
  if (release === undefined) throw new Refused('builds', `Cannot find release associated with build: ${nvr}`);
  if (release.state === 'archived')
    throw new Refused('builds', `Cannot find release associated with build: ${nvr}`);
  if (!release.composed && fromTag === null)
    throw new Refused(
      'builds',
      `Cannot manually create updates for a Release which is not composed by Bodhi.`,
    );
  return release.name;
}
