import { describe, expect, test } from '@jest/globals';
import { telltaleLines } from '../../../../src/workflows/build/index.ts';

describe('the lines of a log that matter', () => {
  test('missing build requirements', () => {
    const log = `INFO: Installing build dependencies
No matching package to install: 'libfoo-devel >= 2'
Not all dependencies satisfied
Error: Some packages could not be found.
Finish: build phase for hello
ERROR: Command failed: /usr/bin/dnf5 builddep
`;
    expect(telltaleLines(log)).toEqual([
      "No matching package to install: 'libfoo-devel >= 2'",
      'Error: Some packages could not be found.',
    ]);
  });

  test('dnf’s problems', () => {
    const log = `Failed to resolve the transaction:
Problem: conflicting requests
  - nothing provides python3.12dist(toml) needed by hello
ERROR: Exception(x) Config(y) 0 minutes 9 seconds
`;
    expect(telltaleLines(log)[1]).toBe('Problem: conflicting requests');
    expect(telltaleLines(log)).toContain('  - nothing provides python3.12dist(toml) needed by hello');
  });

  test('a compiler, its colours, and who called it', () => {
    const log = `gcc -c hello.c
\u001b[01m\u001b[Khello.c:3:10:\u001b[m\u001b[K \u001b[01;31m\u001b[Kfatal error: \u001b[m\u001b[Khello.h: No such file or directory
compilation terminated.
make: *** [Makefile:2: hello.o] Error 1
error: Bad exit status from /var/tmp/rpm-tmp.x (%build)

RPM build errors:
    Bad exit status from /var/tmp/rpm-tmp.x (%build)
`;
    expect(telltaleLines(log)).toEqual([
      'hello.c:3:10: fatal error: hello.h: No such file or directory',
      'make: *** [Makefile:2: hello.o] Error 1',
      'error: Bad exit status from /var/tmp/rpm-tmp.x (%build)',
    ]);
  });

  test('files of %files', () => {
    const log = `error: Installed (but unpackaged) file(s) found:
   /usr/bin/x
RPM build errors:
    Installed (but unpackaged) file(s) found:
   /usr/bin/x
`;
    expect(telltaleLines(log)[0]).toBe('error: Installed (but unpackaged) file(s) found:');
  });

  test('a program that says nothing of errors: what was done last, then the verdict', () => {
    const log = `+ ./run-checks
checking the moon
the moon is wrong
error: Bad exit status from /var/tmp/rpm-tmp.x (%check)
`;
    expect(telltaleLines(log)).toEqual([
      '+ ./run-checks',
      'checking the moon',
      'the moon is wrong',
      'error: Bad exit status from /var/tmp/rpm-tmp.x (%check)',
    ]);
  });

  test('thousands of the same and lines without end stay short', () => {
    const log = `${'x.c:1:1: error: bad\n'.repeat(5000)}${Array.from({ length: 50 }, (_, index) => `y.c:${index}:1: error: ${'long '.repeat(500)}`).join('\n')}\n`;
    const lines = telltaleLines(log);
    expect(lines.length).toBeLessThanOrEqual(12);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(303);
  });

  test('an empty log has none', () => {
    expect(telltaleLines('')).toEqual([]);
  });
});
