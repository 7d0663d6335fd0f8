/** A certificate authority for one test run, made with openssl. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);

export interface Certificate {
  certFile: string;
  keyFile: string;
  cert: Buffer;
  key: Buffer;
}

export interface TestAuthority {
  /** PEM file with the authority's certificate. */
  file: string;
  directory: string;
  /** `subjectAltName`: `DNS:localhost,IP:127.0.0.1`. */
  issue(name: string, subjectAltName?: string, days?: number): Promise<Certificate>;
  close(): Promise<void>;
}

export async function createAuthority(): Promise<TestAuthority> {
  const directory = await mkdtemp(join(tmpdir(), 'packit-ca-'));
  const openssl = (...args: string[]) => exec('openssl', args, { cwd: directory });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-days',
    '2',
    '-subj',
    '/CN=Test CA',
  );
  return {
    file: join(directory, 'ca.pem'),
    directory,
    async issue(name, subjectAltName = 'DNS:localhost,IP:127.0.0.1', days = 2) {
      const [certFile, keyFile] = [join(directory, `${name}.pem`), join(directory, `${name}.key`)];
      await openssl('req', ...key, '-keyout', keyFile, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
      await writeFile(join(directory, `${name}.ext`), `subjectAltName=${subjectAltName}\n`);
      const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', String(days)];
      await openssl(
        'x509',
        '-req',
        '-in',
        `${name}.csr`,
        ...signed,
        '-out',
        certFile,
        '-extfile',
        `${name}.ext`,
      );
      return { certFile, keyFile, cert: await readFile(certFile), key: await readFile(keyFile) };
    },
    close: () => rm(directory, { recursive: true, force: true }),
  };
}
