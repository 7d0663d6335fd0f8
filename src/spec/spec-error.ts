import { PackitError, type PackitErrorOptions } from '../errors.ts';

/** An edit that cannot be made, with the line it is about: the library knows no file names. */
export class SpecError extends PackitError {
  /** Index into the document's lines, from 0. */
  readonly line: number | undefined;

  constructor(code: string, message: string, options: PackitErrorOptions & { line?: number | undefined }) {
    super(code, message, options);
    this.line = options.line;
  }
}
