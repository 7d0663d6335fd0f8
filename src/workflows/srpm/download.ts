import { PackitError } from '../../errors.ts';
import type { Source } from '../../spec/index.ts';
import type { PackageWork } from './package-work.ts';

export function downloadRemoteSources(work: PackageWork, sources: readonly Source[]): Promise<void> {
  const names = sources.filter(({ remote }) => remote).map(({ filename }) => filename);
  return Promise.reject(
    new PackitError('NOT_READY', `Cannot download sources of ${work.pkg.name} yet: ${names.join(', ')}`),
  );
}
