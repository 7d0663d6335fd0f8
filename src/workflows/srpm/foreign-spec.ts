/** The spec of a clone of a URL or of a pull request: written by others. */
import type { Context } from '../../context.ts';
import type { Evaluate, EvaluationReply } from '../../spec/index.ts';

export interface ForeignEvaluation {
  /** With code taken out, in an rpmspec that can start nothing. */
  confined: Evaluate;
  /** As rpmbuild reads the spec. */
  open: Evaluate;
  /** `--no-actions`: nothing of theirs is to run. */
  noCode: boolean;
}

/**
 * Answers without running code of the spec. Where its values cannot be told that way it says so and lets the code run, as
 * rpmbuild would a moment later; never with `--no-actions`.
 */
export function evaluateForeign(ctx: Context, evaluation: ForeignEvaluation): Evaluate {
  let codeRuns = false;
  return async (request) => {
    if (codeRuns) return evaluation.open(request);
    const reply = await evaluation.confined(request);
    if (!isLacking(reply, request.text)) return reply;
    // Whoever needs a value that is missing says why it is.
    if (evaluation.noCode) return { ...reply, ok: false };
    ctx.ui.info(
      'The spec computes its values with code of its authors, which runs now (--no-actions forbids it).',
    );
    codeRuns = true;
    return evaluation.open(request);
  };
}

function isLacking(reply: EvaluationReply, text: Uint8Array): boolean {
  if (!reply.ok) return true;
  if (!reply.values.includes(undefined)) return false;
  const spec = Buffer.from(text.buffer, text.byteOffset, text.byteLength).toString('latin1');
  return /%\(|%\{?[?!]*(?:lua|include|load|uncompress|exists|getenv)\b/.test(spec);
}
