/** Red Hat's Image Builder (console.redhat.com), with the single sign-on in front of it. */
import { EXIT, ServiceError } from '../../errors.ts';
import type { Redactor } from '../../tools/process/index.ts';
import type { HttpClient, HttpRequest, HttpResponse } from '../http/index.ts';
import { readCompose } from './compose.ts';
import type { Compose, ComposeRequest } from './compose.ts';

export interface ImageBuilderOptions {
  http: HttpClient;
  /** The person's offline token. */
  refreshToken: string;
  redactor: Redactor;
  now: () => Date;
  /** Default: console.redhat.com. */
  apiUrl?: string | undefined;
  /** The token endpoint. Default: sso.redhat.com. */
  ssoUrl?: string | undefined;
}

export interface ImageBuilder {
  /** Starts an image and returns its ID. */
  compose(request: ComposeRequest): Promise<string>;
  /** How an image is. @param name what to call it; the server knows its own if it is left out */
  status(id: string, name?: string): Promise<Compose>;
  /** IDs and names of the account's newest images, newest first, 100 at most. */
  recent(): Promise<{ id: string; name: string }[]>;
}

const API_URL = 'https://console.redhat.com/api/image-builder/v1';
const SSO_URL = 'https://sso.redhat.com/auth/realms/redhat-external/protocol/openid-connect/token';
const CLIENT_ID = 'rhsm-api';
const SERVICE = 'Image Builder';
/** A token is not used in the last half minute of its life. */
const MARGIN_MS = 30_000;
const DEFAULT_LIFE_S = 300;

/**
 * One access token serves until it ends; a 401 fetches another one, once for each request.
 * @throws ServiceError of every function: `SSO_REFUSED`, `IMAGE_BUILDER_REFUSED`, `IMAGE_BUILDER_ANSWER`, and those of the HTTP client
 */
export function createImageBuilder(options: ImageBuilderOptions): ImageBuilder {
  const { http, now } = options;
  const base = (options.apiUrl ?? API_URL).replace(/\/+$/, '');
  let token: { value: string; ends: number } | undefined;

  const accessToken = async (): Promise<string> => {
    if (token === undefined || token.ends <= now().getTime()) token = await fetchToken(options);
    return token.value;
  };
  const ask = async (request: HttpRequest): Promise<HttpResponse> => {
    const send = async (): Promise<HttpResponse> =>
      http.request({
        ...request,
        headers: { accept: 'application/json', authorization: `Bearer ${await accessToken()}` },
        accept: 'all',
        service: SERVICE,
      });
    let answer = await send();
    if (answer.status === 401) {
      token = undefined;
      answer = await send();
    }
    if (answer.status >= 400) throw refusal(answer);
    return answer;
  };

  return {
    async compose(request) {
      const answer = (await ask({ url: `${base}/compose`, method: 'POST', json: request })).json();
      const id = (answer as { id?: unknown } | null)?.id;
      if (typeof id === 'string') return id;
      throw new ServiceError('IMAGE_BUILDER_ANSWER', 'Image Builder did not say which image it has begun', {
        hint: `See ${imageBuilderPage(base)} before you run the command again.`,
      });
    },
    async recent() {
      const answer = (await ask({ url: `${base}/composes`, query: { limit: '100' } })).json();
      const { data } = (answer ?? {}) as { data?: unknown };
      return (Array.isArray(data) ? data : []).flatMap(listed).sort(newestFirst);
    },
    async status(id, name) {
      const answer = (await ask({ url: `${base}/composes/${encodeURIComponent(id)}` })).json();
      const request = (answer as { request?: { image_name?: unknown } } | null)?.request;
      const known = typeof request?.image_name === 'string' ? request.image_name : id;
      return readCompose(answer, id, name ?? known, imageBuilderPage(base));
    },
  };
}

interface Listed {
  id: string;
  name: string;
  created: string;
}

function listed(item: {
  id?: unknown;
  created_at?: unknown;
  image_name?: unknown;
  request?: { image_name?: unknown };
}): Listed[] {
  const { id, created_at: created } = item;
  const name = item.request?.image_name ?? item.image_name;
  if (typeof id !== 'string' || typeof name !== 'string') return [];
  return [{ id, name, created: typeof created === 'string' ? created : '' }];
}

function newestFirst(one: Listed, other: Listed): number {
  return other.created.localeCompare(one.created);
}

/** The page for people. */
export function imageBuilderPage(apiUrl: string = API_URL): string {
  return new URL('/insights/image-builder', apiUrl).href;
}

async function fetchToken({
  http,
  refreshToken,
  redactor,
  now,
  ssoUrl = SSO_URL,
}: ImageBuilderOptions): Promise<{ value: string; ends: number }> {
  const answer = await http.request({
    url: ssoUrl,
    method: 'POST',
    // It only asks: nothing is changed by it.
    access: 'read',
    form: { grant_type: 'refresh_token', client_id: CLIENT_ID, refresh_token: refreshToken },
    accept: 'all',
    service: 'Red Hat SSO',
  });
  const fields = answer.status < 300 ? (answer.json() as Record<string, unknown>) : {};
  const { access_token: value, expires_in: life } = fields;
  if (typeof value !== 'string' || value === '') {
    throw new ServiceError(
      'SSO_REFUSED',
      `Red Hat SSO gives no access token (${answer.status})${reason(answer)}`,
      {
        status: answer.status,
        exitCode: EXIT.failure,
        hint: 'Offline tokens end after 30 days without use. Make a new one at https://access.redhat.com/management/api and set redhat_api_refresh_token.',
      },
    );
  }
  redactor.add(value);
  const seconds = typeof life === 'number' ? life : DEFAULT_LIFE_S;
  return { value, ends: now().getTime() + seconds * 1000 - MARGIN_MS };
}

function reason(answer: HttpResponse): string {
  const [, text] = /"error_description"\s*:\s*"([^"]*)"/.exec(answer.text()) ?? [];
  return text === undefined ? '' : `: ${text}`;
}

function refusal(answer: HttpResponse): ServiceError {
  const details = errorsOf(answer);
  const hints: Readonly<Record<number, string>> = {
    400: 'Correct image_distribution, image_request and image_customizations of the vm_image_build job.',
    401: 'The access token is not accepted: make a new offline token and set redhat_api_refresh_token.',
    403: 'The account may not do this; see the roles of your organisation at https://console.redhat.com.',
    404: 'Images are forgotten after two weeks; or the ID is of another organisation.',
  };
  return new ServiceError('IMAGE_BUILDER_REFUSED', `Image Builder refused (${answer.status})`, {
    status: answer.status,
    exitCode: EXIT.failure,
    details,
    hint: hints[answer.status] ?? 'The lines above are the server’s.',
  });
}

function errorsOf(answer: HttpResponse): string[] {
  try {
    const { errors } = answer.json() as { errors?: unknown };
    if (Array.isArray(errors)) {
      return errors.map((one: { title?: unknown; detail?: unknown }) =>
        [one.title, one.detail].filter((text) => typeof text === 'string').join(': '),
      );
    }
  } catch {
    // Its text, then.
  }
  return answer.text().trim().split('\n').slice(0, 5);
}
