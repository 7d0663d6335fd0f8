import { PackitError, ServiceError, messageOf } from '../../errors.ts';

const TLS_CODE = /CERT|^ERR_(TLS|SSL)|^UNABLE_TO_|SELF_SIGNED|^EPROTO$|HOSTNAME_MISMATCH/;
const TLS_TEXT = /certificate|SSL routines|TLS connection/i;

/** What the broker or the way to it said, in one sentence with what to do. */
export function brokerError(error: unknown, where: string): PackitError {
  if (error instanceof PackitError) return error;
  const text = messageOf(error);
  const code = codeOf(error);
  if (/ACCESS_REFUSED|Handshake terminated by server: 403/.test(text)) {
    return new ServiceError('BROKER_REFUSED', `The broker ${where} refuses the login`, {
      hint: 'Check user, password and permissions: rabbitmqctl list_permissions -p VHOST.',
      cause: error,
    });
  }
  if (/NOT_ALLOWED|ConnectionOpenOk; got <ConnectionClose/.test(text)) {
    return new ServiceError('BROKER_REFUSED', `The broker ${where} does not open the virtual host`, {
      hint: 'Check its name in the address (a slash in it is written %2F), and the permissions of the user for it.',
      cause: error,
    });
  }
  if (/PRECONDITION_FAILED/.test(text)) {
    return new ServiceError(
      'BROKER_QUEUE_DIFFERS',
      `A queue of the broker ${where} is not as packit would make it: ${text}`,
      {
        hint: 'Choose another --name, or empty and delete the queue that is there.',
        cause: error,
      },
    );
  }
  if (TLS_CODE.test(code) || TLS_TEXT.test(text)) {
    return new ServiceError('BROKER_TLS', `No secure connection to the broker ${where}: ${text}`, {
      hint: 'Check the certificate authority and the host name; NODE_EXTRA_CA_CERTS or --broker-ca names authorities to trust.',
      cause: error,
    });
  }
  return new ServiceError(
    'BROKER_UNREACHABLE',
    `No message broker answers at ${where}: ${reason(code, text)}`,
    {
      hint: 'Start RabbitMQ there (systemctl start rabbitmq-server), or name another one: --broker amqp://HOST.',
      cause: error,
    },
  );
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  // Several addresses of one name were tried.
  if ('errors' in error && Array.isArray(error.errors)) return codeOf(error.errors[0]);
  // amqplib wraps errors of Node's own modules where those are not of its realm.
  return /\b(?:E[A-Z]{4,}|EAI_[A-Z]+|ENOTFOUND|[A-Z_]*CERT[A-Z_]*)\b/.exec(messageOf(error))?.[0] ?? '';
}

function reason(code: string, text: string): string {
  switch (code) {
    case 'ECONNREFUSED':
      return 'connection refused';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'the host is not known';
    case 'ECONNRESET':
      return 'the connection was closed';
    case '':
    default:
      return text.replace(/^connect ETIMEDOUT.*/, 'no answer in time') || code;
  }
}
