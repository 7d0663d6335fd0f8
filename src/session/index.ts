export { openRecorder } from './recorder.ts';
export { openPlayer } from './player.ts';
export { loadSession } from './format.ts';
export type { LoadedSession, SessionHeader, SessionRecord, SessionResult } from './format.ts';
export type { Session, SessionOptions } from './session.ts';
export { isSecretHeader, suspicion } from './secrets.ts';
