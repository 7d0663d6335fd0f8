import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PackitError, messageOf } from '../../errors.ts';
import type { Environment } from '../../tools/process/index.ts';
import type { ClientCertificate } from '../http/index.ts';

export const CERTIFICATE_PLACES = 'PACKIT_CLIENT_CERT, else ~/.centos.cert';

/** Where the client certificate of lookaside caches that want one is: certificate and key in one PEM file. */
export function clientCertificate(env: Environment): ClientCertificate {
  return { certFile: env.PACKIT_CLIENT_CERT ?? join(env.HOME ?? '/', '.centos.cert') };
}

/**
 * Checks before any work that the certificate can be used for an upload.
 * @throws PackitError `CLIENT_CERTIFICATE_MISSING`, `CLIENT_CERTIFICATE_EXPIRED`
 */
export async function checkClientCertificate(certificate: ClientCertificate, now: Date): Promise<void> {
  const { certFile } = certificate;
  const hint = 'Get one with: centos-cert -u USER -n. PACKIT_CLIENT_CERT names another file.';
  let parsed: X509Certificate;
  try {
    parsed = new X509Certificate(await readFile(certFile));
  } catch (error) {
    throw new PackitError(
      'CLIENT_CERTIFICATE_MISSING',
      `No client certificate for the lookaside cache: ${certFile}: ${messageOf(error)}`,
      { hint, cause: error },
    );
  }
  if (new Date(parsed.validTo) > now) return;
  throw new PackitError(
    'CLIENT_CERTIFICATE_EXPIRED',
    `The client certificate ${certFile} ended on ${parsed.validTo}`,
    {
      hint,
    },
  );
}
