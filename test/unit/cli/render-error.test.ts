import { describe, expect, test } from '@jest/globals';
import { errorDocument, exitCodeOf, renderError } from '../../../src/cli/render-error.ts';
import { CommandError, InterruptedError, PackitError, ServiceError } from '../../../src/errors.ts';
import { createRedactor } from '../../../src/tools/process/index.ts';

const redactor = createRedactor();
redactor.add('hunter22');
const plain = { colour: false, debug: false, githubActions: false, redactor };

describe('rendering errors', () => {
  test('place, message, evidence, then what to do', () => {
    const error = new PackitError('X', 'it broke with hunter22', {
      hint: 'mend it',
      details: ['line 1'],
      location: { file: 'a.spec', line: 3 },
    });
    expect(renderError(error, plain)).toBe('error: a.spec:3: it broke with ***\n  line 1\nhint: mend it\n');
  });

  test('GitHub gets an annotation with the hint inside', () => {
    const error = new PackitError('X', 'bad', {
      hint: 'mend',
      location: { file: 'a,b.spec', line: 3, column: 2 },
    });
    expect(renderError(error, { ...plain, githubActions: true })).toBe(
      '::error file=a%2Cb.spec,line=3,col=2::bad%0Amend\n',
    );
  });

  test('no stack trace for what was expected, one with --debug, one for a bug', () => {
    const error = new PackitError('X', 'bad');
    expect(renderError(error, plain)).not.toContain(' at ');
    expect(renderError(error, { ...plain, debug: true })).toContain(' at ');
    expect(renderError(new TypeError('oops'), plain)).toMatch(/oops[\s\S]* at [\s\S]*bug in packit/);
  });

  test('a missing program names the package', () => {
    const failure = {
      argv: ['rpmbuild', '-bs'],
      cwd: '/',
      exitCode: undefined,
      signal: undefined,
      stdout: Buffer.alloc(0),
      stderr: Buffer.alloc(0),
    };
    const error = new CommandError('COMMAND_NOT_FOUND', 'Cannot run rpmbuild: not found', failure);
    expect(errorDocument(error, redactor).error.hint).toContain('dnf install rpm-build');
  });

  test('exit codes', () => {
    expect(exitCodeOf(new PackitError('X', 'x'))).toBe(2);
    expect(exitCodeOf(new ServiceError('X', 'x'))).toBe(3);
    expect(exitCodeOf(new InterruptedError())).toBe(1);
    expect(exitCodeOf(new RangeError('x'))).toBe(4);
  });
});
