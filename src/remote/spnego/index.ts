/**
 * Requests with SPNEGO authentication (Kerberos over HTTP). Node has no Kerberos; curl has, and it takes the ticket from the
 * user's cache: nothing secret is in its arguments.
 */
export { isTransient } from './failure.ts';
export type { Unreachable } from './failure.ts';
export { requestWithKerberos } from './request.ts';
export type { SpnegoAnswer, SpnegoFile, SpnegoRequest } from './request.ts';
