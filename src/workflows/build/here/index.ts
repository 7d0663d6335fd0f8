export { buildInMock } from './in-mock.ts';
export type { MockInput } from './in-mock.ts';
export { buildLocally } from './locally.ts';
export type { LocalInput } from './locally.ts';
