import type { Context } from '../../context.ts';
import type { Evaluate } from '../../spec/index.ts';

/**
 * The evaluator of one package. rpm's part of packit is loaded on first use.
 * @param sourceDir where the spec's `%include` and `%( )` look for files
 */
export function createSpecEvaluator(ctx: Context, tempDir: string, sourceDir: () => string): Evaluate {
  let evaluate: Promise<Evaluate> | undefined;
  return async (request) => {
    evaluate ??= import('../../tools/rpm/index.ts').then(({ createEvaluator }) =>
      createEvaluator({ run: ctx.run, tempDir, trust: 'own', sourceDir: sourceDir() }),
    );
    return (await evaluate)(request);
  };
}
