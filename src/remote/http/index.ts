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
  HttpResponse,
  Method,
  Part,
  RefreshRequest,
} from './types.ts';
