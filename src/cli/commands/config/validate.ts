import { relative } from 'node:path';
import { EXIT } from '../../../errors.ts';
import { describeDiagnostic, readConfigText } from '../../../project/config/index.ts';
import {
  createQuestions,
  mendConfig,
  writeConfig,
  validateConfig,
} from '../../../workflows/validate-config/index.ts';
import type { Validation, ValidationReport } from '../../../workflows/validate-config/index.ts';
import { printable } from '../../../ui.ts';
import type { Command } from '../../command.ts';
import { annotation } from '../../ui/annotations.ts';
import { configTarget } from './target.ts';

/** The flags of `packit config validate` as commander hands them over. */
export interface ValidateOptions {
  offline?: boolean;
  fix?: boolean;
  diff?: boolean;
  specs?: boolean;
  configPath?: string;
}

export const configValidateCommand: Command<ValidateOptions> = async ({ ctx, args, options, global }) => {
  const { file, ignored, directory } = configTarget(args[0], options.configPath ?? global.config, ctx.cwd);
  if (ignored.length > 0) ctx.ui.info(`${ignored.join(', ')} beside ${file}: only the latter is read`);
  const before = readConfigText(file);
  const questions = createQuestions(ctx, {
    directory,
    offline: options.offline === true,
    specs: options.specs !== false,
  });
  const writes = options.fix === true && options.diff !== true;
  let validation: Validation;
  try {
    validation = await validateConfig({
      file,
      directory,
      text: before,
      env: ctx.env,
      cache: ctx.paths.cache,
      questions,
      fix: writes,
    });
  } finally {
    await questions.close();
  }
  // With --diff the report is about the file as it is and stays.
  const { text, fixed } =
    options.diff === true
      ? await mendConfig({ file, directory, text: before, env: ctx.env })
      : { text: validation.text, fixed: validation.report.fixed };
  const report = { ...validation.report, fixed };
  const name = relative(ctx.cwd, file) || file;
  const changed = text !== before;
  if (writes && changed) await writeConfig(file, text);
  const diff = options.diff === true && changed ? await unifiedDiff(name, before, text) : undefined;
  const failed = !report.valid || (global.strict === true && report.warnings > 0);
  return {
    text: [
      ...(diff === undefined ? [] : [diff]),
      ...reportLines(validation, ctx.cwd, ctx.env.GITHUB_ACTIONS === 'true').map(printable),
      ...summaryLines(report, name, options).map(printable),
    ].join('\n'),
    json: { ...report, ...(diff === undefined ? {} : { diff }), written: writes && changed },
    exitCode: failed ? EXIT.failure : EXIT.ok,
  };
};

function reportLines({ report, text }: Validation, cwd: string, githubActions: boolean): string[] {
  return report.problems.flatMap((problem) => {
    const lines = [...describeDiagnostic(problem, text, cwd), ''];
    if (!githubActions) return lines;
    const { severity, message, hint, line, column } = problem;
    const location = {
      file: problem.file,
      ...(line === undefined ? {} : { line, column: column ?? 1 }),
    };
    return [annotation(severity, { message, hint, location }), ...lines.slice(1)];
  });
}

function summaryLines(report: ValidationReport, name: string, options: ValidateOptions): string[] {
  const writes = options.fix === true && options.diff !== true;
  const verb = writes ? 'Mended' : 'Can be mended';
  const lines = report.fixed.map(
    ({ message, key }) => `${verb}: ${message}${key === undefined ? '' : ` (${key})`}`,
  );
  if (writes && report.problems.some(({ fixable }) => fixable)) {
    lines.push('What is left was not mended: the configuration would have meant something else.');
  }
  if (options.diff === true) {
    const cure =
      options.fix === true
        ? 'with --diff the change is only shown; leave it out to mend the file'
        : 'use --fix to do so';
    lines.push(
      report.fixed.length === 0 ? 'There is nothing that --fix mends' : `Nothing was written: ${cure}.`,
    );
  }
  if (report.empty && report.valid) {
    lines.push(
      `${name} says nothing: it stands for one package called ${report.packages.join(', ')}, and for the default jobs.`,
    );
  }
  const fixable = report.problems.filter((problem) => problem.fixable).length;
  const counts = [count(report.errors, 'error'), count(report.warnings, 'warning')].filter(
    (text) => text !== '',
  );
  const cure = fixable > 0 && !writes ? `; --fix mends ${fixable} of them` : '';
  if (report.valid) {
    lines.push(
      `${name} is valid and ready to be used${counts.length > 0 ? ` (${counts.join(', ')}${cure})` : ''}`,
    );
  } else {
    lines.push(`${name} does not pass validation: ${counts.join(', ')}${cure}`);
  }
  return lines;
}

function count(number: number, what: string): string {
  return number === 0 ? '' : `${number} ${what}${number === 1 ? '' : 's'}`;
}

async function unifiedDiff(name: string, before: string, after: string): Promise<string> {
  const { createTwoFilesPatch } = await import('diff');
  const patch = createTwoFilesPatch(`a/${name}`, `b/${name}`, before, after, undefined, undefined, {
    context: 3,
  });
  return patch.replace(/^=+\n/, '').trimEnd();
}
