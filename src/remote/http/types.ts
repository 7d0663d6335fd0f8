/** The shapes of packit's one HTTP client: what a service's client sends and what it gets back. */
import type { Readable } from 'node:stream';
import type { Environment, Redactor } from '../../tools/process/index.ts';
import type { Ui } from '../../ui.ts';

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Does the request change anything on the other side? Writes are refused in a dry run. */
export type Access = 'read' | 'write';

/** `undefined` is left out, a list repeats the name. */
export type Fields = Readonly<Record<string, FieldValue | readonly FieldValue[]>>;
export type FieldValue = string | number | boolean | undefined;

/** A field, or a file of a multipart form. */
export type Part =
  | { name: string; value: string; filename?: string; type?: string }
  | { name: string; file: string; filename?: string; type?: string };

/** A body that can be sent again: `open` is called once per attempt. */
export interface EncodedBody {
  type?: string;
  length: number;
  open(): Uint8Array | Readable;
}

export interface HttpRequest {
  /** `user:password@` in it is taken out and sent as Basic authentication. */
  url: string | URL;
  /** Default GET. */
  method?: Method;
  /** Default: GET and HEAD read, everything else writes. A POST that only asks says `read`. */
  access?: Access;
  /** Added to the URL's own query. */
  query?: Fields;
  headers?: Readonly<Record<string, string | undefined>>;
  /** At most one of `json`, `form`, `multipart` and `body`. */
  json?: unknown;
  form?: Fields;
  /** Sent as `multipart/form-data`; files are streamed from the disk, with a Content-Length. */
  multipart?: readonly Part[];
  body?: Uint8Array | string;
  /** Called as the body is sent: bytes done, bytes in all. Multipart only. */
  onUpload?: (done: number, total: number) => void;
  /**
   * May be sent twice without harm, so that it is repeated after a failure. Default: reads, PUT and
   * DELETE. Any request is repeated where it cannot have reached the server (DNS, refused connection).
   */
  idempotent?: boolean;
  /** Repeats after the first attempt. Default: the client's. */
  retries?: number;
  /** Milliseconds for each attempt, body included. Default: the client's. */
  timeout?: number;
  /** `manual`: a redirect is the answer. A followed POST would become a GET. Default `follow`. */
  redirect?: 'follow' | 'manual';
  /** Ends this request; the client's own signal counts as well. */
  signal?: AbortSignal;
  /** Statuses besides 2xx that are answers, not failures: `[404]`; `all` for every one below 500. */
  accept?: readonly number[] | 'all';
  /** The service's name in error messages: `Pagure`. Default: the host. */
  service?: string;
  /** What to do when the service says 401 or 403: which token to set, and where. */
  authHint?: string;
  /** Largest answer that is kept in memory, in bytes. Default 64 MiB. */
  maxBytes?: number;
}

export interface HttpResponse {
  status: number;
  /** Lower-case names; repeated headers joined by `, `. */
  headers: Readonly<Record<string, string>>;
  /** The URL that answered, after redirects. */
  url: string;
  body: Uint8Array;
  text(): string;
  /** @throws ServiceError `HTTP_NOT_JSON` */
  json(): unknown;
}

export interface DownloadRequest {
  url: string | URL;
  /** Absolute path. Appears only when complete; `<file>.part` holds what has come so far. */
  file: string;
  headers?: Readonly<Record<string, string | undefined>>;
  /** Bytes the file must have, if known. */
  expectedSize?: number;
  /** Called as bytes arrive; `total` is undefined where the server does not say. */
  onProgress?: (done: number, total: number | undefined) => void;
  retries?: number;
  signal?: AbortSignal;
  service?: string;
  authHint?: string;
  /** Give the file the server's Last-Modified time. Default true. */
  keepTime?: boolean;
}

/** A download that is needed only if the server has something else than what these describe. */
export interface RefreshRequest extends DownloadRequest {
  etag?: string | undefined;
  lastModified?: string | undefined;
}

export interface DownloadResult {
  url: string;
  size: number;
  /** Lower-case hexadecimal. */
  sha512: string;
  etag?: string;
  lastModified?: string;
  /** Bytes that did not have to be transferred again. */
  resumedFrom: number;
}

export interface HttpClient {
  readonly dryRun: boolean;
  /**
   * Sends a request and reads the whole answer.
   * @throws ServiceError `HTTP_DNS`, `HTTP_REFUSED`, `HTTP_RESET`, `HTTP_TLS`, `HTTP_TIMEOUT`, `HTTP_PROXY`,
   *   `HTTP_REDIRECT`, `HTTP_UNAUTHORIZED` (401), `HTTP_FORBIDDEN` (403), `HTTP_NOT_FOUND` (404),
   *   `HTTP_RATE_LIMITED` (429), `HTTP_SERVER_ERROR` (5xx), `HTTP_STATUS` (other), `HTTP_TRUNCATED`
   * @throws PackitError `HTTP_BAD_URL`, `DRY_RUN_WRITE`
   */
  request(request: HttpRequest): Promise<HttpResponse>;
  /** `request` with `Accept: application/json`, parsed. An empty 2xx body (204) is `undefined`. */
  json(request: HttpRequest): Promise<unknown>;
  /** Streams to a file: resumes, repeats, checks the length. Disk errors are `DISK_FULL` and `FILE_WRITE`. */
  download(request: DownloadRequest): Promise<DownloadResult>;
  /** `download`, unless the server says that nothing has changed: then undefined, and no file is written. */
  refresh(request: RefreshRequest): Promise<DownloadResult | undefined>;
  /**
   * A `fetch` for libraries that bring their own requests (Octokit, Gitbeaker): same proxies,
   * certificates, time limits, repeats and dry-run rule. `access` in `init` marks a POST that only asks,
   * `idempotent` one that may be repeated.
   * Failures to get an answer are the same ServiceErrors; statuses are left to the caller.
   */
  fetch: HttpFetch;
  /** Ends idle connections, so that the process can exit at once. */
  close(): Promise<void>;
}

export type HttpFetch = (
  input: string | URL | Request,
  init?: RequestInit & { access?: Access; idempotent?: boolean },
) => Promise<Response>;

/** One request as it goes over the wire: an attempt, a step of a redirect. */
export interface WireRequest {
  method: Method;
  /** `read`: it changes nothing on the other side, whatever its method. */
  access: Access;
  url: URL;
  headers: Readonly<Record<string, string>>;
  body: EncodedBody | undefined;
}

/** What came back. Errors of the stream are the transport's own. */
export interface WireAnswer {
  status: number;
  /** Lower-case names; repeated headers joined by `, `. */
  headers: Record<string, string>;
  body: Readable;
}

/**
 * Stands between the client and the wire: passes a request on with `send`, or answers in its place. `send` rejects with the
 * `ServiceError` of what went wrong on the way.
 */
export type InterceptRequest = (request: WireRequest, send: () => Promise<WireAnswer>) => Promise<WireAnswer>;

/** A client certificate, as PEM text or as paths of PEM files. */
export interface ClientCertificate {
  certFile: string;
  /** Default: the same file. */
  keyFile?: string;
}

/** A `Context` satisfies this: `createHttpClient(ctx)`. */
export interface HttpClientOptions {
  /** Proxies and certificates are read from here. */
  env: Environment;
  dryRun?: boolean;
  signal?: AbortSignal;
  redactor?: Redactor;
  ui?: Pick<Ui, 'debug' | 'info'>;
  /** Repeats after the first attempt. Default 3. */
  retries?: number;
  /** Milliseconds before the first repeat; doubles each time. Default `PACKIT_RETRY_DELAY` in `env`, else 1000. */
  retryDelay?: number;
  /** The longest wait that a `Retry-After` may ask for, in milliseconds. Default 120 s. */
  maxRetryDelay?: number;
  /** Milliseconds. Defaults: connect 10 s, idle (no byte) 30 s, attempt (request with answer) 120 s. */
  connectTimeout?: number;
  idleTimeout?: number;
  timeout?: number;
  /** A download that brings less than 1000 bytes a second over this many milliseconds is given up. Default 60 s. */
  slowWindow?: number;
  clientCertificate?: ClientCertificate;
  /** Sees every request on its way: recorded sessions. */
  interceptRequest?: InterceptRequest | undefined;
  /** Waits between repeats; a replayed session does not. */
  sleep?: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

/** Makes the client. Nothing is loaded or opened before the first request. */
export type CreateHttpClient = (options: HttpClientOptions) => HttpClient;
