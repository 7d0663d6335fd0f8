import { ServiceError } from '../../../errors.ts';

/** Forgejo answers 500 where a commit or an issue is not there, and says so in words: no failure of its own. */
export async function missingIsMissing<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    const hidden =
      error instanceof ServiceError &&
      error.code === 'FORGE_FAILED' &&
      /\b(object|issue) does not exist\b/.test(error.message);
    if (!hidden) throw error;
    throw new ServiceError('FORGE_NOT_FOUND', error.message, {
      hint: 'Check the number, or that the commit is in this project or in a pull request of it.',
      cause: error,
      status: 404,
    });
  }
}
