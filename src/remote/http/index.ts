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
} from './types.ts';
