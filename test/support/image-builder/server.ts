/** A stand-in for Image Builder and the single sign-on in front of it. Tokens end; composes go their way look by look. */
import { jsonReply, startService } from '../http/service.ts';
import type { ServiceReply, ServiceRequest, TestService } from '../http/service.ts';

export const REFRESH_TOKEN = 'offline-token-of-jane';

export interface TestImageBuilder {
  readonly service: TestService;
  readonly apiUrl: string;
  readonly ssoUrl: string;
  /** Bodies of what was composed. */
  readonly composes: Record<string, unknown>[];
  /** How many access tokens were given out. */
  tokens(): number;
  /** The next access token is good for so many requests. */
  tokenLasts(requests: number): void;
  close(): Promise<void>;
}

/** @param steps what each look at a compose finds, the last one for ever */
export async function startImageBuilder(
  steps: readonly Record<string, unknown>[] = [{ status: 'success' }],
): Promise<TestImageBuilder> {
  const composes: Record<string, unknown>[] = [];
  const looks = new Map<string, number>();
  let given = 0;
  let lasting = Number.POSITIVE_INFINITY;
  let left = 0;

  const authorized = ({ headers }: ServiceRequest): boolean => {
    if (headers.authorization !== `Bearer access-${given}` || left <= 0) return false;
    left -= 1;
    return true;
  };
  const token = (request: ServiceRequest): ServiceReply => {
    const form = new URLSearchParams(request.text);
    check(
      String(request.headers['content-type']).startsWith('application/x-www-form-urlencoded'),
      'not a form',
    );
    check(form.get('grant_type') === 'refresh_token' && form.get('client_id') === 'rhsm-api', 'wrong grant');
    if (form.get('refresh_token') !== REFRESH_TOKEN) {
      return jsonReply({ error: 'invalid_grant', error_description: 'Offline user session not found' }, 400);
    }
    given += 1;
    left = lasting;
    return jsonReply({ access_token: `access-${given}`, expires_in: 900, token_type: 'Bearer' });
  };
  const compose = (request: ServiceRequest): ServiceReply => {
    const body = JSON.parse(request.text) as Record<string, unknown>;
    check(
      Array.isArray(body.image_requests) && body.image_requests.length === 1,
      'exactly one image request',
    );
    if (!/^(rhel|centos|fedora)-[\d.]+$/.test(String(body.distribution))) {
      return jsonReply(
        { errors: [{ title: '400', detail: `unknown distribution ${String(body.distribution)}` }] },
        400,
      );
    }
    composes.push(body);
    return jsonReply({ id: `00000000-0000-0000-0000-00000000000${composes.length}` }, 201);
  };
  const list = ({ query }: ServiceRequest): ServiceReply => {
    check(Number(query.get('limit')) <= 100, 'at most 100 at once');
    const data = composes.map((body, index) => ({
      id: `00000000-0000-0000-0000-00000000000${index + 1}`,
      created_at: `2024-05-06T07:08:0${index}Z`,
      request: body,
    }));
    return jsonReply({ meta: { count: data.length }, links: { first: '', last: '' }, data });
  };
  const status = (id: string): ServiceReply => {
    const body = composes[Number(id.slice(-2)) - 1];
    if (body === undefined)
      return jsonReply({ errors: [{ title: '404', detail: 'compose not found' }] }, 404);
    const look = looks.get(id) ?? 0;
    looks.set(id, look + 1);
    return jsonReply({ image_status: steps[Math.min(look, steps.length - 1)], request: body });
  };

  const service = await startService((request) => {
    const line = `${request.method} ${request.path}`;
    if (line === 'POST /sso/token') return token(request);
    if (!authorized(request)) return jsonReply({ errors: [{ title: '401', detail: 'token expired' }] }, 401);
    if (line === 'POST /api/image-builder/v1/compose') return compose(request);
    if (line === 'GET /api/image-builder/v1/composes') return list(request);
    const [, id] = /^GET \/api\/image-builder\/v1\/composes\/([\w-]+)$/.exec(line) ?? [];
    check(id !== undefined, 'unknown request');
    return status(id ?? '');
  });
  return {
    service,
    apiUrl: `${service.url}/api/image-builder/v1`,
    ssoUrl: `${service.url}/sso/token`,
    composes,
    tokens: () => given,
    tokenLasts: (requests) => {
      lasting = requests;
      left = Math.min(left, requests);
    },
    close: () => service.close(),
  };
}

function check(condition: boolean, problem: string): void {
  if (!condition) throw new Error(problem);
}
