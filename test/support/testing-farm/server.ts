/**
 * A stand-in for Testing Farm's API 0.1, written from the facts about it and from what its own client program asks. It checks every
 * field it is sent; requests go their way look by look, or by its clock; any question can fail (`service.failOn`).
 */
import { createHash } from 'node:crypto';
import { jsonReply, startService } from '../http/service.ts';
import type { ServiceReply, ServiceRequest, TestService } from '../http/service.ts';
import { strangeFields } from './fields.ts';

export const FARM_TOKEN = '0b1c2d3e-token-of-jane';

/** A request as it is at a moment. */
export interface FarmStep {
  state: 'new' | 'queued' | 'running' | 'complete' | 'error';
  overall?: 'passed' | 'failed' | 'skipped' | 'error' | 'unknown';
  summary?: string;
  /** Error notes, where tests could not begin. */
  notes?: string[];
  /** Seconds after the submission, by the stand-in's clock. With it in the first step, looks do not count. */
  at?: number;
}

export interface StoredFarmRequest {
  id: string;
  token: string;
  /** Seconds since 1970. */
  created: number;
  body: FarmBody;
  steps: readonly FarmStep[];
  looks: number;
  cancelled: 'no' | 'requested' | 'done';
}

export interface FarmBody {
  test: Record<string, Record<string, unknown>>;
  environments: {
    arch: string;
    os: { compose: string };
    variables?: Record<string, string>;
    artifacts?: { id: string; type: string; packages?: string[] }[];
    [key: string]: unknown;
  }[];
  [key: string]: unknown;
}

export interface TestingFarmServer {
  readonly service: TestService;
  /** What TESTING_FARM_API_URL is set to. */
  readonly url: string;
  /** For the environment of a run. */
  readonly env: { TESTING_FARM_API_URL: string; TESTING_FARM_API_TOKEN: string };
  /** Oldest first. */
  readonly requests: StoredFarmRequest[];
  /** Tokens that are accepted; the first one is in `env`. */
  readonly tokens: string[];
  /** How requests go that are submitted from now on. */
  life: (body: FarmBody) => readonly FarmStep[];
  /** By ranch; names may be regular expressions. */
  composes: Record<string, string[]>;
  architectures: string[];
  /** False: a version without a list of requests. */
  lists: boolean;
  /** Seconds since 1970. */
  now: () => number;
  /** Of the state in which a look finds it. */
  stateOf(request: StoredFarmRequest): string;
  close(): Promise<void>;
}

export const PASSES: readonly FarmStep[] = [
  { state: 'queued' },
  { state: 'running' },
  { state: 'complete', overall: 'passed' },
];
export const FAILS: readonly FarmStep[] = [
  { state: 'queued' },
  { state: 'running' },
  { state: 'complete', overall: 'failed' },
];
export const BREAKS: readonly FarmStep[] = [
  { state: 'queued' },
  { state: 'error', notes: ['No guest could be provisioned'] },
];

export async function startTestingFarm(): Promise<TestingFarmServer> {
  const service = await startService(handle);
  const url = `${service.url}/v0.1`;
  const farm: TestingFarmServer = {
    service,
    url,
    env: { TESTING_FARM_API_URL: url, TESTING_FARM_API_TOKEN: FARM_TOKEN },
    requests: [],
    tokens: [FARM_TOKEN],
    life: () => PASSES,
    composes: {
      public: [
        'CentOS-Stream-9',
        'CentOS-Stream-10',
        'Fedora-43',
        'Fedora-44',
        'Fedora-45',
        'Fedora-Rawhide',
        'Fedora-\\d+-aarch64-nightly',
        '(?i)CentOS-Stream-8-.*',
      ],
      redhat: ['RHEL-9.\\d+.0-Nightly', 'Fedora-\\d+-Updated', 'CentOS-7-latest'],
    },
    architectures: ['x86_64', 'aarch64', 'ppc64le', 's390x'],
    lists: true,
    now: () => Date.now() / 1000,
    stateOf: (request) => nowOf(request).state,
    close: () => service.close(),
  };
  return farm;

  function handle(request: ServiceRequest): ServiceReply {
    if (`${request.url}${request.text}`.includes(FARM_TOKEN))
      throw new Error('the token is for the header alone');
    const line = `${request.method} ${request.path}`;
    // Whether somebody is there at all.
    if (line === 'GET /v0.1') return refusal(404, 'Not Found');
    if (line === 'POST /v0.1/requests') return submit(request);
    if (line === 'GET /v0.1/requests') return listed(request);
    if (line === 'GET /v0.1/whoami') return whoami(request);
    const [, ranch] = /^GET \/v0\.1\/composes\/([\w-]+)$/.exec(line) ?? [];
    if (ranch !== undefined) return composesOf(ranch);
    const [, method, id = ''] = /^(GET|DELETE) \/v0\.1\/requests\/(.+)$/.exec(line) ?? [];
    if (method === 'DELETE') return cancel(request, id);
    if (method === undefined) throw new Error('unknown request');
    if (!/^[0-9a-f-]{36}$/.test(id)) {
      const problem = { loc: ['path', 'request_id'], msg: 'value is not a valid uuid' };
      return jsonReply({ detail: [problem] }, 422);
    }
    const found = farm.requests.find((one) => one.id === id);
    if (found === undefined) return refusal(404, 'No such entity');
    const reply = jsonReply(shown(found));
    found.looks += 1;
    if (found.cancelled === 'requested') found.cancelled = 'done';
    return reply;
  }

  /** The account of a request, or the refusal. */
  function login({ headers }: ServiceRequest): string | ServiceReply {
    const token = /^Bearer (\S+)$/.exec(headers.authorization as string)?.[1];
    if (token === undefined) return refusal(401, 'Unauthorized');
    return farm.tokens.includes(token) ? token : refusal(401, 'Token has expired');
  }

  /** Asked by Testing Farm's own client before it lists. */
  function whoami(request: ServiceRequest): ServiceReply {
    const token = login(request);
    return typeof token === 'string' ? jsonReply({ token: { ranch: 'public' } }) : token;
  }

  function submit(request: ServiceRequest): ServiceReply {
    const token = login(request);
    if (typeof token !== 'string') return token;
    if (request.headers['content-type'] !== 'application/json') throw new Error('not JSON');
    const body = JSON.parse(request.text) as FarmBody;
    const strange = strangeFields(body);
    if (strange.length > 0) throw new Error(`fields: ${strange.join(', ')}`);
    const kinds = Object.keys(body.test ?? {});
    if (kinds.length !== 1) return refusal(400, 'Test section is empty or has more than one type specified.');
    if (body.test[kinds[0] ?? '']?.url === undefined) return refusal(400, 'No test url specified.');
    if ((body.environments ?? []).length === 0) throw new Error('no environments');
    const unknown = body.environments.flatMap(({ arch }, index) =>
      farm.architectures.includes(arch)
        ? []
        : [[String(index), { arch: `Architecture '${arch}' is not supported` }]],
    );
    if (unknown.length > 0) return jsonReply({ errors: { environments: Object.fromEntries(unknown) } }, 400);
    const stored: StoredFarmRequest = {
      id: idOf(farm.requests.length + 1),
      token,
      created: farm.now(),
      body,
      steps: farm.life(body),
      looks: 0,
      cancelled: 'no',
    };
    farm.requests.push(stored);
    return jsonReply({ id: stored.id, created: time(stored.created), state: 'new' });
  }

  function listed(request: ServiceRequest): ServiceReply {
    if (!farm.lists) return refusal(405, 'Method Not Allowed');
    const token = login(request);
    if (typeof token !== 'string') return token;
    const { created_after: after, state, ...rest } = Object.fromEntries(request.query);
    if (Object.keys(rest).length > 0 || after === undefined || state === undefined) throw new Error('query');
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(after)) throw new Error(`created_after is ${after}`);
    const since = Date.parse(`${after}Z`) / 1000;
    const found = farm.requests.filter(
      (one) => one.token === token && one.created >= since && nowOf(one).state === state,
    );
    return jsonReply(found.map(shown));
  }

  function cancel(request: ServiceRequest, id: string): ServiceReply {
    const token = login(request);
    if (typeof token !== 'string') return token;
    const found = farm.requests.find((one) => one.id === id);
    if (found === undefined) return refusal(404, 'No such entity');
    if (found.token !== token) return refusal(403, 'Forbidden');
    const { state } = nowOf(found);
    if (state === 'complete' || state === 'error') return refusal(409, 'Request already finished');
    if (found.cancelled !== 'no') return { status: 204, body: '' };
    found.cancelled = 'requested';
    return jsonReply({ id, state: 'cancel-requested' });
  }

  function composesOf(ranch: string): ServiceReply {
    const names = farm.composes[ranch];
    return names === undefined
      ? refusal(404, 'No such ranch')
      : jsonReply({ composes: names.map((name) => ({ name })) });
  }

  function nowOf(request: StoredFarmRequest): Omit<FarmStep, 'state'> & { state: string } {
    if (request.cancelled !== 'no') {
      return { state: request.cancelled === 'done' ? 'canceled' : 'cancel-requested' };
    }
    const { steps } = request;
    const age = farm.now() - request.created;
    const index = steps[0]?.at === undefined ? request.looks : steps.findLastIndex(({ at = 0 }) => at <= age);
    return steps[Math.min(Math.max(index, 0), steps.length - 1)] ?? { state: 'new' };
  }

  function shown(request: StoredFarmRequest): unknown {
    const { state, overall, summary, notes = [] } = nowOf(request);
    const begun = state !== 'new' && state !== 'queued';
    return {
      id: request.id,
      user_id: '0cfc00a8-94d7-4408-babc-4d0bc43821ea',
      token_id: idOf(farm.tokens.indexOf(request.token) + 1000),
      test: { fmf: null, sti: null, ...request.body.test },
      state,
      environments_requested: request.body.environments.map((one) => ({
        variables: null,
        ...one,
        secrets: null,
      })),
      notes: [
        { level: 'info', message: 'dispatched' },
        ...notes.map((message) => ({ level: 'error', message })),
      ],
      result: overall === undefined ? null : { overall, summary: summary ?? null, xunit: null },
      run: begun
        ? { artifacts: `https://artifacts.dev.testing-farm.io/${request.id}`, console: null, stages: null }
        : null,
      created: time(request.created),
      updated: time(farm.now()),
    };
  }
}

function refusal(code: number, message: string): ServiceReply {
  return jsonReply({ code, message }, code);
}

function idOf(number: number): string {
  const hash = createHash('sha256').update(`request ${number}`).digest('hex');
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `4${hash.slice(13, 16)}`,
    `a${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join('-');
}

/** Without a zone, with microseconds, as the real one writes it. */
function time(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('Z', '123');
}
