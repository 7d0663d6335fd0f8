import type { Command } from '../command.ts';
import { PackitError } from '../../errors.ts';

export const srpmCommand: Command = () => {
  return Promise.reject(new PackitError('NOT_READY', 'packit srpm is being written'));
};
