import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PackitError, messageOf } from '../../errors.ts';
import type { Environment } from '../../tools/process/index.ts';

/** Where distributions keep the certificates they trust, first hit wins. */
const SYSTEM_BUNDLES = [
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem', // Fedora, RHEL, CentOS Stream
  '/etc/ssl/certs/ca-certificates.crt', // Debian, Ubuntu, Arch
  '/etc/ssl/ca-bundle.pem', // openSUSE
  '/etc/pki/tls/certs/ca-bundle.crt', // older Fedora and RHEL
  '/etc/ssl/cert.pem', // Alpine, macOS
];
/** Variables that name a bundle: OpenSSL's, Python requests', curl's. */
const BUNDLE_VARIABLES = ['SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'];
const PEM = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/;

/**
 * The certificate authorities to trust, as PEM texts: those named by `SSL_CERT_FILE` (or
 * `REQUESTS_CA_BUNDLE`, `CURL_CA_BUNDLE`) and `SSL_CERT_DIR`, else the system's bundle, else Node's own;
 * `NODE_EXTRA_CA_CERTS` is added to any of these.
 * @throws PackitError `CA_CERTIFICATES` if a variable names something that cannot be used
 */
export function trustedAuthorities(env: Environment, bundles: readonly string[] = SYSTEM_BUNDLES): string[] {
  const named = [...namedBundle(env), ...namedDirectories(env)];
  const base = named.length > 0 ? named : (systemBundle(bundles) ?? nodesOwn());
  const extra = env.NODE_EXTRA_CA_CERTS;
  return extra ? [...base, readBundle(extra, 'NODE_EXTRA_CA_CERTS')] : base;
}

/** Loaded where they are needed: TLS is the largest of Node's modules, and most commands only have HTTP at hand. */
function nodesOwn(): string[] {
  return [...process.getBuiltinModule('node:tls').rootCertificates];
}

function namedBundle(env: Environment): string[] {
  const variable = BUNDLE_VARIABLES.find((name) => env[name]);
  const path = variable === undefined ? undefined : env[variable];
  return variable === undefined || path === undefined ? [] : [readBundle(path, variable)];
}

function namedDirectories(env: Environment): string[] {
  return (env.SSL_CERT_DIR ?? '')
    .split(':')
    .filter((directory) => directory !== '')
    .flatMap(readDirectory);
}

function systemBundle(bundles: readonly string[]): string[] | undefined {
  for (const path of bundles) {
    try {
      const text = readFileSync(path, 'latin1');
      if (PEM.test(text)) return [text];
    } catch {
      // Another distribution's place.
    }
  }
  return undefined;
}

function readBundle(path: string, variable: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'latin1');
  } catch (error) {
    throw unusable(variable, path, messageOf(error));
  }
  if (!PEM.test(text)) throw unusable(variable, path, 'it holds no certificate in PEM form');
  return text;
}

/** OpenSSL takes any of the names in a certificate directory; what is no certificate is passed over. */
function readDirectory(directory: string): string[] {
  let names: string[];
  try {
    names = readdirSync(directory).sort();
  } catch {
    return []; // OpenSSL passes over directories that do not exist, too.
  }
  const texts = new Set<string>();
  for (const name of names.filter((name) => /\.(pem|crt|cer|\d+)$/.test(name))) {
    try {
      const text = readFileSync(join(directory, name), 'latin1');
      if (PEM.test(text)) texts.add(text);
    } catch {
      // A dangling link.
    }
  }
  return [...texts];
}

function unusable(variable: string, path: string, why: string): PackitError {
  return new PackitError(
    'CA_CERTIFICATES',
    `Cannot use the certificates ${variable} names: ${path}: ${why}`,
    {
      hint: `Point ${variable} at a PEM file with the certificate authorities to trust, or unset it.`,
    },
  );
}
