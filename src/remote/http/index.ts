export { trustedAuthorities } from './certificates.ts';
export { createHttpClient } from './client.ts';
export { answerOf } from './engine.ts';
export { displayUrl } from './url.ts';
export type {
  Access,
  ClientCertificate,
  CreateHttpClient,
  DownloadRequest,
  DownloadResult,
  Fields,
  FieldValue,
  HttpClient,
  HttpClientOptions,
  HttpFetch,
  HttpRequest,
  EncodedBody,
  HttpResponse,
  InterceptRequest,
  Method,
  Part,
  RefreshRequest,
  WireAnswer,
  WireRequest,
} from './types.ts';
