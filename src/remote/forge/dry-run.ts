import { PackitError } from '../../errors.ts';
import { OPERATION_EFFECT } from './types.ts';
import type { Forge } from './types.ts';

/** The same forge with every operation that changes something replaced by a refusal: what a dry run gets. */
export function refuseWrites(forge: Forge): Forge {
  return refusing(forge, forge.host);
}

function refusing<T extends object>(operations: T, host: string): T {
  return new Proxy(operations, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (key === 'access' && typeof value === 'object' && value !== null) return refusing(value, host);
      return isWrite(key) ? () => Promise.reject(refusal(key, host)) : value;
    },
  });
}

function isWrite(key: string | symbol): key is keyof typeof OPERATION_EFFECT {
  return key in OPERATION_EFFECT && OPERATION_EFFECT[key as keyof typeof OPERATION_EFFECT] === 'write';
}

/** A plan that gets here is a mistake of the caller's, but nothing has happened. */
function refusal(name: string, host: string): PackitError {
  return new PackitError('DRY_RUN_WRITE', `A dry run does not change anything on ${host} (${name})`, {
    hint: 'Run the command without --dry-run.',
  });
}
