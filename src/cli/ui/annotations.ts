/** GitHub Actions workflow commands: https://docs.github.com/actions/reference/workflow-commands-for-github-actions */
import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { SourceLocation } from '../../errors.ts';

export interface Annotated {
  message: string;
  hint?: string | undefined;
  location?: SourceLocation | undefined;
}

export function annotation(kind: 'error' | 'warning', subject: Annotated): string {
  const properties: string[] = [];
  if (subject.location !== undefined) {
    properties.push(`file=${escapeProperty(inRepository(subject.location.file))}`);
    if (subject.location.line !== undefined) properties.push(`line=${subject.location.line}`);
    if (subject.location.column !== undefined) properties.push(`col=${subject.location.column}`);
  }
  const text = subject.hint === undefined ? subject.message : `${subject.message}\n${subject.hint}`;
  return `::${kind}${properties.length > 0 ? ` ${properties.join(',')}` : ''}::${escapeData(text)}`;
}

/** GitHub shows an annotation where its path is one of the repository, whatever directory packit was started in. */
function inRepository(file: string): string {
  const path = resolve(file);
  for (let at = dirname(path); ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return relative(at, path);
    if (dirname(at) === at) break;
  }
  const here = relative(process.cwd(), path);
  return here.startsWith('..') ? file : here;
}

function escapeData(value: string): string {
  return value.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(value: string): string {
  return escapeData(value).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
