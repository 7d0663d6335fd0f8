import { isPackitError } from '../../errors.ts';
import { OPERATION_EFFECT } from './types.ts';
import type { Forge } from './types.ts';

/**
 * A forge that was recognised from memory, and may have been replaced by another kind on the same host
 * since. If an answer does not look like this kind's, the host is asked once what it is now, and the operation
 * and all later ones go to the new client. Nothing was changed by a request that was not understood.
 *
 * @param probeAgain the new client, or undefined if the host is what it was
 */
export function followMove(forge: Forge, probeAgain: () => Promise<Forge | undefined>): Forge {
  let current = forge;
  let probed: Promise<Forge | undefined> | undefined;

  type Operation = (...args: unknown[]) => Promise<unknown>;
  const wrapped: Record<string, Operation> = {};
  for (const name of Object.keys(OPERATION_EFFECT)) {
    if (!(name in forge)) continue;
    wrapped[name] = async (...args) => {
      const used = current;
      try {
        return await operation(used, name)(...args);
      } catch (error) {
        if (!isPackitError(error) || error.code !== 'FORGE_ANSWER_INVALID') throw error;
        probed ??= probeAgain();
        const moved = await probed;
        if (moved === undefined || used === moved) throw error;
        current = moved;
        return operation(moved, name)(...args);
      }
    };
  }
  return new Proxy(forge, {
    get: (_target, key) =>
      typeof key === 'string' && key in wrapped ? wrapped[key] : Reflect.get(current, key),
  });

  function operation(from: Forge, name: string): Operation {
    return (Reflect.get(from, name) as Operation).bind(from);
  }
}
