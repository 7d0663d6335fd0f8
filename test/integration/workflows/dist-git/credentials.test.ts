/** The token git is given reaches the host it is for, and no other. */
import { afterEach, expect, test } from '@jest/globals';
import { createContext } from '../../../../src/context.ts';
import { loadUserConfig } from '../../../../src/project/config/index.ts';
import { createCredentials } from '../../../../src/workflows/dist-git/credentials.ts';
import { createGit } from '../../../../src/tools/git/index.ts';
import { testEnvironment } from '../../../support/git.ts';
import { startServer } from '../../../support/http/server.ts';
import type { Handler, TestServer } from '../../../support/http/server.ts';
import { tempDir } from '../../../support/temp.ts';

const TOKEN = 'token-of-jane-0123456789';
const BASIC = `Basic ${Buffer.from(`jane:${TOKEN}`).toString('base64')}`;
const servers: TestServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(handler: Handler): Promise<TestServer> {
  const server = await startServer(handler);
  servers.push(server);
  return server;
}

const packet = (text: string): string => `${(text.length + 4).toString(16).padStart(4, '0')}${text}`;

/** Speaks as much of git's protocol as makes git send its second request. */
const speakGit: Handler = (request, response) => {
  const service = request.url.includes('info/refs') ? 'advertisement' : 'result';
  response.writeHead(200, { 'content-type': `application/x-git-upload-pack-${service}` });
  response.end(
    service === 'result'
      ? '0000'
      : `${packet('# service=git-upload-pack\n')}0000${packet('version 2\n')}${packet('ls-refs\n')}0000`,
  );
};

const challenge: Handler = (request, response) => {
  if (request.headers.authorization === BASIC) return speakGit(request, response);
  response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' });
  response.end();
};

async function ask(url: string, env: Record<string, string> = {}): Promise<void> {
  const home = tempDir();
  const ctx = createContext({ cwd: home, env: { ...testEnvironment(home), ...env } });
  const { config } = await loadUserConfig({ directory: home, home, redactor: ctx.redactor });
  const userConfig = {
    ...config,
    fas_user: 'jane',
    authentication: [
      {
        key: 'mine',
        kind: 'forgejo' as const,
        kindIsSaid: true,
        instanceUrl: new URL(url).origin,
        token: TOKEN,
      },
    ],
  };
  const { forUrl } = createCredentials(ctx, () => Promise.resolve(TOKEN), userConfig);
  await createGit(ctx.run, home, { isolated: true }).exec(['ls-remote', '--', url], {
    env: await forUrl(url),
    okExitCodes: [0, 128],
  });
}

test('the host it is for is told who asks', async () => {
  const server = await serve(challenge);
  await ask(`${server.url}/x.git`);
  expect(server.requests.map(({ headers }) => headers.authorization)).toContain(BASIC);
});

test('a host it redirects to is told nothing, even if it asks', async () => {
  for (const handler of [speakGit, challenge]) {
    const other = await serve(handler);
    const server = await serve((request, response) => {
      response.writeHead(302, { location: `${other.url}${request.url}` });
      response.end();
    });
    await ask(`${server.url}/x.git`);
    expect(other.requests.length).toBeGreaterThan(0);
    expect(other.requests.map(({ headers }) => headers.authorization)).toEqual(
      other.requests.map(() => undefined),
    );
  }
});

test('settings handed to git in the environment stay in force', async () => {
  const server = await serve(challenge);
  await ask(`${server.url}/x.git`, {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'http.extraHeader',
    GIT_CONFIG_VALUE_0: 'X-Of-The-User: yes',
  });
  expect(server.requests.map(({ headers }) => headers['x-of-the-user'])).toContain('yes');
  expect(server.requests.map(({ headers }) => headers.authorization)).toContain(BASIC);
});
