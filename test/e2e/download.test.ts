import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { packit } from '../support/cli.ts';
import { createRepository } from '../support/git.ts';
import { tempDir } from '../support/temp.ts';

/** What only the bundle can get wrong: the HTTP library behind `import()`. */
const asked: string[] = [];
const server = createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`);
  response.end('extra\n');
});
beforeAll(() => new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise((resolve) => void server.close(resolve)));

test('packit srpm downloads a remote source', async () => {
  const { port } = server.address() as AddressInfo;
  const repository = createRepository(`${tempDir()}/hello`);
  repository.write(
    'hello.spec',
    `Name: hello\nVersion: 1\nRelease: 1\nSummary: Hello\nLicense: MIT\nSource0: hello-1.tar.gz\nSource1: http://127.0.0.1:${port}/extra.txt\n\n%description\nHello.\n`,
  );
  repository.write('.packit.yaml', 'specfile_path: hello.spec\n');
  repository.commit('First');
  repository.tag('1.2');
  const result = await packit(['srpm'], {
    cwd: repository.dir,
    env: { ...repository.env, NO_PROXY: '127.0.0.1' },
  });
  expect(result.stderr).toContain('Downloading extra.txt');
  expect(result).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/\/hello-1\.2-.*\.src\.rpm\n$/),
  });
  expect(asked).toEqual(['GET /extra.txt']);
});
