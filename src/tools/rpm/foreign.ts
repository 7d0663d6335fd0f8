/** Specs that do not come from the user's own checkout. */
import type { EvaluationReply, EvaluationRequest } from '../../spec/types.ts';
import type { EvaluatorOptions } from './evaluate.ts';

export async function evaluateForeign(
  request: EvaluationRequest,
  _options: EvaluatorOptions,
): Promise<EvaluationReply> {
  return Promise.resolve({
    ok: false,
    values: request.expressions.map(() => undefined),
    problems: [{ message: 'Specs of unknown origin are not evaluated' }],
  });
}
