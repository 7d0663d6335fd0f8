import { describe, expect, test } from '@jest/globals';
import { packageContent } from '../../../../src/workflows/build/obs/package-content.ts';

const SPEC = `Name: hello
Version: 1.2
release:   3%{?dist}
Summary: x

%description
release: not this one

%changelog
* Thu Feb 29 2024 Jane Doe <jane@example.com> - 1.2-3
- Fix it
  and more

- Another
* Wed Feb 28 2024 Joe
- No mail, no version
* Tue Feb 27 10:11:12 CET 2024 Jöe Doe <joe@example.com> 1.1-1
- With a time
`;

function content(spec: string | Uint8Array, names: string[] = ['hello.spec']) {
  const bytes = typeof spec === 'string' ? Buffer.from(spec) : spec;
  const { spec: changed, changes } = packageContent(bytes, 'hello.spec', names);
  return {
    spec: Buffer.from(changed).toString('utf8'),
    name: changes?.name,
    changes: changes && Buffer.from(changes.text).toString('utf8'),
  };
}

describe('a source RPM as OBS keeps it', () => {
  test('Release is left to OBS, the changelog goes into a .changes file', () => {
    const { spec, name, changes } = content(SPEC);
    expect(spec).toBe(SPEC.slice(0, SPEC.indexOf('* Thu')).replace('3%{?dist}', '0'));
    expect(name).toBe('hello.changes');
    const line = '-'.repeat(67);
    expect(changes).toBe(
      `${line}\nThu Feb 29 12:00:00 UTC 2024 - Jane Doe <jane@example.com>\n\n- 1.2-3\n  - Fix it\n    and more\n  - Another\n\n` +
        `${line}\nWed Feb 28 12:00:00 UTC 2024 - Joe\n\n  - No mail, no version\n\n` +
        `${line}\nTue Feb 27 12:00:00 UTC 2024 - Jöe Doe <joe@example.com>\n\n- 1.1-1\n  - With a time\n`,
    );
  });

  test('sources that bring a .changes file are taken as they are', () => {
    expect(content(SPEC, ['hello.spec', 'hello.changes'])).toEqual({
      spec: SPEC,
      name: undefined,
      changes: undefined,
    });
  });

  test('no changelog, and an automatic one', () => {
    const [head = ''] = SPEC.split('%changelog');
    expect(content(head)).toMatchObject({ spec: head.replace('3%{?dist}', '0'), changes: undefined });
    expect(content(`${head}%changelog\n%autochangelog\n`)).toMatchObject({
      spec: `${head.replace('3%{?dist}', '0')}%changelog\n`,
      changes: undefined,
    });
  });

  test('bytes that are no UTF-8 stay', () => {
    const { changes } = packageContent(Buffer.from(SPEC, 'latin1'), 'hello.spec', []);
    expect(Buffer.from(changes?.text ?? []).includes(Buffer.from('J\xf6e', 'latin1'))).toBe(true);
  });
});
