import { CommandError, PackitError, ServiceError } from '../../errors.ts';

/** What an error says where there was no answer. */
export interface Unreachable {
  code: string;
  /** @param what why, in a few words: `no connection` */
  message: (what: string) => string;
  /** Default: to check the network. An untrusted certificate has a hint of its own. */
  hint?: string;
}

/** What the failure of a request is told with. */
export interface Errand {
  /** The service's name in messages: `Koji`. */
  service: string;
  /** What curl is needed for: `upload with Kerberos`. Default: to log in to the service. */
  purpose?: string;
  /** What does without curl, for the hint: `or use an API token`. */
  instead?: string;
  unreachable?: Unreachable;
}

/** Exit codes of curl that mean "try again": DNS, connection, transfer, time, empty answer. */
const TRANSIENT = new Set([5, 6, 7, 16, 18, 28, 35, 52, 55, 56, 92]);

const MESSAGES: Readonly<Record<number, string>> = {
  5: 'cannot find the proxy',
  6: 'cannot find the host',
  7: 'no connection',
  28: 'no answer in time',
  35: 'no secure connection',
  47: 'too many redirects',
  52: 'the connection was closed without an answer',
  55: 'the connection broke while sending',
  56: 'the connection broke while receiving',
  58: 'the client certificate cannot be used',
  60: 'the certificate of the server is not trusted',
  77: 'the certificates to trust cannot be read',
};

/** True for the error of a request that may succeed a moment later. */
export function isTransient(error: unknown): boolean {
  return (
    error instanceof ServiceError &&
    error.cause instanceof CommandError &&
    TRANSIENT.has(error.cause.failure.exitCode ?? -1)
  );
}

/** An error of curl's in the words of whoever asked; other errors as they are. */
export function curlError(error: unknown, errand: Errand): unknown {
  if (!(error instanceof CommandError)) return error;
  const { service, purpose = `log in to ${service} with Kerberos`, instead } = errand;
  if (error.code === 'COMMAND_NOT_FOUND') {
    return new PackitError('CURL_MISSING', `curl is needed to ${purpose} and is not installed`, {
      hint: `Install the package "curl"${instead === undefined ? '' : `, ${instead}`}.`,
      cause: error,
    });
  }
  const { exitCode } = error.failure;
  if (exitCode === 2 || exitCode === 4) {
    return new PackitError('CURL_WITHOUT_KERBEROS', 'This curl was built without Kerberos (GSS-API)', {
      hint: "Install the distribution's own curl; `curl --version` must name GSS-API or SPNEGO.",
      details: error.details,
      cause: error,
    });
  }
  const what = MESSAGES[exitCode ?? -1] ?? `curl failed with exit code ${exitCode}`;
  const {
    code,
    message,
    hint = 'Check the network, and try again.',
  } = errand.unreachable ?? {
    code: 'SPNEGO_UNREACHABLE',
    message: () => `${service} could not be reached to log in: ${what}`,
  };
  return new ServiceError(code, message(what), {
    hint: exitCode === 60 ? "Add the authority to the system's certificates, or set SSL_CERT_FILE." : hint,
    details: error.details.filter((line) => line.startsWith('curl:')),
    cause: error,
  });
}
