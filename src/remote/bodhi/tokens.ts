/** Tokens of logins, in the file that Bodhi's own client keeps them in: a login made there is good here. */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface Token {
  access_token: string;
  refresh_token?: string;
  /** Seconds since 1970. */
  expires_at?: number;
  [name: string]: unknown;
}

export interface TokenStore {
  read(): Promise<Token | undefined>;
  write(token: Token | undefined): Promise<void>;
}

/**
 * @param file absolute path of a JSON file, `{"tokens": {PROVIDER: TOKEN}}`; only its owner may read it
 * @param provider address of who gave the tokens
 */
export function createTokenStore(file: string, provider: string): TokenStore {
  const readAll = async (): Promise<Record<string, unknown>> => {
    try {
      const value: unknown = JSON.parse(await readFile(file, 'utf8'));
      return isRecord(value) ? value : {};
    } catch {
      // None, or none that can be used: a login makes it anew.
      return {};
    }
  };
  return {
    async read() {
      const { tokens } = await readAll();
      const token = isRecord(tokens) ? tokens[provider] : undefined;
      return isRecord(token) && typeof token.access_token === 'string' ? (token as Token) : undefined;
    },
    async write(token) {
      const all = await readAll();
      const tokens = { ...(isRecord(all.tokens) ? all.tokens : {}), [provider]: token ?? {} };
      const draft = `${file}.${randomUUID()}`;
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      try {
        await writeFile(draft, `${JSON.stringify({ ...all, tokens })}\n`, { mode: 0o600, flag: 'wx' });
        await rename(draft, file);
      } finally {
        await rm(draft, { force: true });
      }
    },
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
