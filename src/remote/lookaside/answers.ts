import { ServiceError } from '../../errors.ts';

/** What an upload was about, for the messages. */
export interface Subject {
  packageName: string;
  filename: string;
  /** Shown URL of the upload program. */
  cgi: string;
  /** How to log in. */
  loginHint: string;
}

/** The upload program's answers to its questions, one status and one or two lines of text each. */
export interface Answer {
  status: number;
  text: string;
}

/** @throws ServiceError for every answer but "Available" and "Missing" */
export function readCheck(answer: Answer, subject: Subject): boolean {
  const text = answer.text.trim();
  if (answer.status === 200 && text === 'Available') return true;
  if (answer.status === 200 && text === 'Missing') return false;
  throw answerError(answer, subject);
}

/** @throws ServiceError for every answer but "stored" and "already exists" */
export function readUpload(answer: Answer, subject: Subject): 'stored' | 'present' {
  if (answer.status === 200 && /\bstored OK\b/.test(answer.text)) return 'stored';
  if (answer.status === 200 && /\balready exists\b/.test(answer.text)) return 'present';
  throw answerError(answer, subject);
}

function answerError({ status, text }: Answer, subject: Subject): ServiceError {
  const { packageName, filename, cgi } = subject;
  const looksLikePage = /^\s*</.test(text);
  const details = looksLikePage
    ? []
    : text
        .split(/\r?\n/)
        .filter((line) => line.trim() !== '')
        .slice(0, 5);
  const fail = (code: string, message: string, hint: string): ServiceError =>
    new ServiceError(code, `${message} (${cgi})`, { status, details, hint });

  if (status === 401) {
    return fail(
      'LOOKASIDE_UNAUTHORIZED',
      'The lookaside cache does not know who you are: status 401',
      subject.loginHint,
    );
  }
  if (status === 403) {
    return fail(
      'LOOKASIDE_FORBIDDEN',
      `You may not upload ${filename} for ${packageName}: status 403`,
      'Only members of the "packager" group may. Check with which account you are logged in: klist.',
    );
  }
  if (status === 404 && /does not exist/.test(text)) {
    return fail(
      'LOOKASIDE_NO_PACKAGE',
      `The lookaside cache has no package ${packageName}`,
      'Check downstream_package_name; a new package needs its dist-git repository first.',
    );
  }
  if (status === 404) {
    return fail(
      'LOOKASIDE_NOT_FOUND',
      'There is no upload program at this address',
      'Check the dist-git instance.',
    );
  }
  if (status === 400 && /check failed/.test(text)) {
    return fail(
      'LOOKASIDE_CHECKSUM',
      `${filename} arrived damaged at the lookaside cache`,
      'Run again. If it stays so, something on the way (a proxy?) changes what is uploaded.',
    );
  }
  if (status === 406) {
    return fail(
      'LOOKASIDE_MD5',
      'The lookaside cache takes no new files with md5 sums',
      'Write the sources file anew with SHA512: packit propose-update --force-new-sources.',
    );
  }
  if (status === 413) {
    return fail(
      'LOOKASIDE_TOO_LARGE',
      `${filename} is larger than the lookaside cache allows`,
      'Ask its admins.',
    );
  }
  if (status === 507) {
    return fail(
      'LOOKASIDE_FULL',
      'The lookaside cache has no space left',
      'Tell its admins, and run again later.',
    );
  }
  if (status >= 500) {
    return fail('LOOKASIDE_FAILED', `The lookaside cache failed with status ${status}`, 'Run again later.');
  }
  return fail(
    'LOOKASIDE_ANSWER',
    looksLikePage
      ? `A web page answered instead of the lookaside cache: status ${status}`
      : `The lookaside cache refused ${filename} with status ${status}`,
    looksLikePage
      ? 'A proxy or a login page may be in the way.'
      : 'Run again with --debug to see what was sent.',
  );
}
