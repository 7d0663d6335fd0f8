export { checkClientCertificate, clientCertificate } from './certificate.ts';
export { createLookaside } from './client.ts';
export type { LookasideOptions } from './client.ts';
export type {
  Lookaside,
  LookasideDownload,
  LookasideFile,
  LookasideService,
  LookasideUpload,
} from './types.ts';
