/** Fedora's accounts, asked through FASJSON: version 1 of its API, which takes Kerberos tickets. */
export { createFasjson, FASJSON_URL } from './client.ts';
export type { FasAccount, Fasjson, FasjsonOptions } from './client.ts';
