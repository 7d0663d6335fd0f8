import { describe, expect, test } from '@jest/globals';
import {
  addChangelogEntry,
  addPatch,
  addSource,
  bumpRelease,
  changelog,
  evaluateSpec,
  parseSpec,
  removePatch,
  removeSource,
  renumber,
  replaceChangelogEntry,
  replaceSection,
  setPatch,
  setPrepName,
  setRawRelease,
  setRelease,
  setSource,
  setTag,
  setVersion,
  specText,
} from '../../../src/spec/index.ts';
import type { SpecDocument } from '../../../src/spec/index.ts';
import { toyRpm } from '../../support/spec-evaluator.ts';

/** The text after an edit. */
function after(text: string, edit: (doc: SpecDocument) => SpecDocument): string {
  return specText(edit(parseSpec(text)));
}

describe('tags', () => {
  test('the value changes, blanks and comments stay', () => {
    expect(after('# v\nVERSION :\t1.0  \nRelease: 1\r\n', (doc) => setVersion(doc, '2'))).toBe(
      '# v\nVERSION :\t2  \nRelease: 1\r\n',
    );
    expect(after('%{?x:Version: 1}\n', (doc) => setVersion(doc, '2'))).toBe('%{?x:Version: 2}\n');
    expect(after('Url:\n', (doc) => setTag(doc, 'URL', 'https://a'))).toBe('Url: https://a\n');
  });

  test('a value over lines becomes one line', () => {
    expect(after('Version: %{expand:\n1}\nRelease: 1\n', (doc) => setVersion(doc, '2'))).toBe(
      'Version: 2\nRelease: 1\n',
    );
  });

  test('the tag in force is the one that changes', async () => {
    const doc = parseSpec('%if 0\nVersion: 1\n%else\nVersion: 2\n%endif\n');
    const evaluation = await evaluateSpec(doc, toyRpm().evaluate);
    expect(specText(setVersion(doc, '3', { evaluation }))).toBe(
      '%if 0\nVersion: 1\n%else\nVersion: 3\n%endif\n',
    );
    expect(specText(setVersion(doc, '3'))).toBe('%if 0\nVersion: 3\n%else\nVersion: 2\n%endif\n');
  });

  test.each(['1-2', '1 2', '', '1/2'])('a version rpm refuses: "%s"', (version) => {
    expect(() => setVersion(parseSpec('Version: 1\n'), version)).toThrow(
      expect.objectContaining({ code: 'SPEC_VERSION_INVALID', hint: expect.any(String) }),
    );
  });

  test('neither an empty release nor a value of two lines', () => {
    const doc = parseSpec('Release: 1%{?dist}\nSummary: a\nSource0: b\n');
    const code = (name: string): unknown => expect.objectContaining({ code: name, hint: expect.any(String) });
    expect(() => setRelease(doc, ' ')).toThrow(code('SPEC_RELEASE_INVALID'));
    expect(() => setTag(doc, 'summary', 'a\nb')).toThrow(code('SPEC_TAG_VALUE'));
    expect(() => setSource(doc, 0, 'a\nb')).toThrow(code('SPEC_LOCATION_INVALID'));
    expect(() => addPatch(doc, { location: '' })).toThrow(code('SPEC_LOCATION_INVALID'));
  });

  test('no such tag', () => {
    expect(() => setVersion(parseSpec('Name: a\n'), '1')).toThrow(
      expect.objectContaining({ code: 'SPEC_VERSION_MISSING' }),
    );
  });
});

describe('release', () => {
  test.each([
    ['1%{?dist}', '5', '5%{?dist}'],
    ['1%{?dist}.3', '5', '5%{?dist}'],
    ['1', '5.git', '5.git'],
    ['%autorelease', '5', '5'],
    ['1%{?dist}', '5%{?dist}', '5%{?dist}'],
  ])('%s set to %s', (before, release, expected) => {
    expect(after(`Release: ${before}\n`, (doc) => setRelease(doc, release))).toBe(`Release: ${expected}\n`);
  });

  test('raw', () => {
    expect(after('Release: 3%{?dist}\n', (doc) => setRawRelease(doc, '%autorelease'))).toBe(
      'Release: %autorelease\n',
    );
  });

  test.each([
    ['1%{?dist}', '2%{?dist}'],
    ['0.1.rc1%{?dist}', '0.2.rc1%{?dist}'],
    ['1.rc1', '1.rc1.1'],
    ['1.rc.4', '1.rc.5'],
    ['9', '10'],
    ['%{rel}', '%{rel}.1'],
  ])('%s bumped is %s', (before, expected) => {
    expect(after(`Release: ${before}\n`, bumpRelease)).toBe(`Release: ${expected}\n`);
  });

  test('a macro for the release is bumped instead of the tag', () => {
    expect(after('%global baserelease 4\nRelease: %{baserelease}%{?dist}\n', bumpRelease)).toBe(
      '%global baserelease 5\nRelease: %{baserelease}%{?dist}\n',
    );
  });

  test('%autorelease is not bumped', () => {
    expect(() => bumpRelease(parseSpec('Release: %autorelease\n'))).toThrow(
      expect.objectContaining({ code: 'SPEC_AUTORELEASE', hint: expect.stringContaining('Commit') }),
    );
  });
});

const ENTRY = {
  lines: ['- Update to 2'],
  author: 'Jane Doe <jane@example.com>',
  date: '2024-03-01',
  evr: '2-1',
};

describe('changelog', () => {
  test('above the newest entry, its habit of writing days followed', () => {
    const text = '%changelog\n\n* Thu Feb  1 2024 J <j@e.com> - 1-1\n- x\n';
    expect(after(text, (doc) => addChangelogEntry(doc, ENTRY))).toBe(
      '%changelog\n\n* Fri Mar  1 2024 Jane Doe <jane@example.com> - 2-1\n- Update to 2\n\n* Thu Feb  1 2024 J <j@e.com> - 1-1\n- x\n',
    );
  });

  test.each([
    ['* Thu Feb 1 2024 J - 1', 'Mar 1'],
    ['* Thu Feb 01 2024 J - 1', 'Mar 01'],
    ['* Thu Feb 22 2024 J - 1', 'Mar 1'],
  ])('after %s comes %s', (header, day) => {
    expect(after(`%changelog\n${header}\n- x\n`, (doc) => addChangelogEntry(doc, ENTRY))).toContain(
      `* Fri ${day} 2024`,
    );
  });

  test('the time of day where the newest entry has one', () => {
    const text = '%changelog\n* Thu Feb 01 10:00:00 UTC 2024 J - 1\n- x\n';
    const entry = { ...ENTRY, date: '2024-03-01T12:30:00Z' };
    expect(after(text, (doc) => addChangelogEntry(doc, entry))).toContain(
      '* Fri Mar 01 12:30:00 UTC 2024 Jane',
    );
    expect(
      after('%changelog\n* Thu Feb 01 2024 J - 1\n- x\n', (doc) => addChangelogEntry(doc, entry)),
    ).toContain('* Fri Mar 01 2024 Jane');
  });

  test('an empty changelog', () => {
    expect(after('%changelog', (doc) => addChangelogEntry(doc, ENTRY))).toBe(
      '%changelog\n* Fri Mar 01 2024 Jane Doe <jane@example.com> - 2-1\n- Update to 2',
    );
  });

  test('the same entry twice is one entry', () => {
    const once = addChangelogEntry(parseSpec('%changelog\n* Thu Feb  1 2024 J - 1\n- x\n'), ENTRY);
    expect(addChangelogEntry(once, ENTRY)).toBe(once);
  });

  test('text is escaped', () => {
    const entry = { ...ENTRY, lines: ['- Use %{version}, %global and 100%', '* bullet', '- %%done\nmore'] };
    expect(after('%changelog\n', (doc) => addChangelogEntry(doc, entry))).toContain(
      '\n- Use %%{version}, %%global and 100%\n * bullet\n- %%done\nmore\n',
    );
  });

  test('none and %autochangelog are left alone', () => {
    for (const text of ['Name: a\n', '%changelog\n%autochangelog\n']) {
      const doc = parseSpec(text);
      expect(addChangelogEntry(doc, ENTRY)).toBe(doc);
    }
  });

  test('CRLF stays', () => {
    expect(
      after('%changelog\r\n* Thu Feb 01 2024 J - 1\r\n- x\r\n', (doc) => addChangelogEntry(doc, ENTRY)),
    ).toBe(
      '%changelog\r\n* Fri Mar 01 2024 Jane Doe <jane@example.com> - 2-1\r\n- Update to 2\r\n\r\n* Thu Feb 01 2024 J - 1\r\n- x\r\n',
    );
  });

  test.each(['2024-02-30', 'today', '2024-13-01'])('%s is no date', (date) => {
    expect(() => addChangelogEntry(parseSpec('%changelog\n'), { ...ENTRY, date })).toThrow(
      expect.objectContaining({ code: 'SPEC_DATE_INVALID' }),
    );
  });

  test('an entry is replaced', () => {
    const doc = parseSpec('%changelog\n* Thu Feb 01 2024 J - 1\n- x\n- y\n\n* Wed Jan 31 2024 J - 0\n- z\n');
    const [newest] = changelog(doc) ?? [];
    if (!newest) throw new Error('no entry');
    expect(specText(replaceChangelogEntry(doc, newest, ENTRY))).toBe(
      '%changelog\n* Fri Mar 01 2024 Jane Doe <jane@example.com> - 2-1\n- Update to 2\n\n* Wed Jan 31 2024 J - 0\n- z\n',
    );
  });
});

describe('sources and patches', () => {
  test('set by number, numbered or not, in a list', () => {
    const text = 'Source: a\nSource: b\nSource7:   c\n%sourcelist\n  d  \n';
    expect(after(text, (doc) => setSource(doc, 1, 'B'))).toBe(
      'Source: a\nSource: B\nSource7:   c\n%sourcelist\n  d  \n',
    );
    expect(after(text, (doc) => setSource(doc, 7, 'C'))).toContain('Source7:   C\n');
    expect(after(text, (doc) => setSource(doc, 8, '$&'))).toContain('  $&  \n');
    expect(after('Patch3: a\n', (doc) => setPatch(doc, 3, 'b'))).toBe('Patch3: b\n');
  });

  test('a number that is not there', () => {
    expect(() => setSource(parseSpec('Source0: a\n'), 3, 'b')).toThrow(
      expect.objectContaining({ code: 'SPEC_SOURCE_MISSING', details: ['Source0: a'] }),
    );
  });

  test('a patch goes behind the others, in their column and style', () => {
    expect(
      after('Source0:        a\nPatch1:         one\nBuildRequires:  b\n', (doc) =>
        addPatch(doc, { location: 'two' }),
      ),
    ).toBe('Source0:        a\nPatch1:         one\nPatch2:         two\nBuildRequires:  b\n');
    expect(after('Patch0009: a\n', (doc) => addPatch(doc, { location: 'b' }))).toBe(
      'Patch0009: a\nPatch0010: b\n',
    );
    expect(after('Patch: a\nPatch: b\n', (doc) => addPatch(doc, { location: 'c' }))).toBe(
      'Patch: a\nPatch: b\nPatch: c\n',
    );
    expect(after('Source0:    a\n\nName: x\n', (doc) => addPatch(doc, { location: 'c' }))).toBe(
      'Source0:    a\nPatch0000:  c\n\nName: x\n',
    );
    expect(
      after('Source0: a\n%patchlist\none\n\n%description\n', (doc) => addPatch(doc, { location: 'two' })),
    ).toBe('Source0: a\n%patchlist\none\ntwo\n\n%description\n');
  });

  test('not into a condition', () => {
    expect(after('%if 1\nPatch0: a\n%endif\nURL: b\n', (doc) => addPatch(doc, { location: 'c' }))).toBe(
      '%if 1\nPatch0: a\n%endif\nPatch1: c\nURL: b\n',
    );
  });

  test('comments are escaped', () => {
    expect(
      after('Patch0: a\n', (doc) =>
        addPatch(doc, { location: 'c', comment: ['Use %{foo} of %%bar', '100 % sure', ''] }),
      ),
    ).toBe('Patch0: a\n# Use %%{foo} of %%bar\n# 100 % sure\n#\nPatch1: c\n');
  });

  test('the same patch twice is one; a number taken is an error', () => {
    const once = addPatch(parseSpec('Patch0: a\n'), { location: 'b' });
    expect(addPatch(once, { location: 'b' })).toBe(once);
    expect(() => addPatch(once, { location: 'c', number: 1 })).toThrow(
      expect.objectContaining({ code: 'SPEC_PATCH_NUMBER_TAKEN', message: expect.stringContaining('b') }),
    );
    expect(specText(addPatch(once, { location: 'c', number: 20 }))).toBe('Patch0: a\nPatch1: b\nPatch20:c\n');
  });

  test('a source behind the others, behind the last tag where there is none', () => {
    expect(after('Source0: a\nURL: b\n', (doc) => addSource(doc, { location: 'c' }))).toBe(
      'Source0: a\nSource1: c\nURL: b\n',
    );
    expect(after('Name: a\n\n%description\n', (doc) => addSource(doc, { location: 'c' }))).toBe(
      'Name: a\nSource0: c\n\n%description\n',
    );
  });

  test('removed with comments and one of two blank lines', () => {
    expect(after('Source0: s\n\n# why\nPatch0: a\n\nURL: b\n', (doc) => removePatch(doc, 0))).toBe(
      'Source0: s\n\nURL: b\n',
    );
    expect(after('Source0: a\nSource1: b\n', (doc) => removeSource(doc, 0))).toBe('Source1: b\n');
    const doc = parseSpec('Source0: a\n');
    expect(removePatch(doc, 4)).toBe(doc);
  });

  test('numbered anew, columns kept', () => {
    expect(after('Patch9:   a\nPatch10:  b\nPatch0012: c\n', (doc) => renumber(doc, 'patch', 1))).toBe(
      'Patch1:   a\nPatch2:   b\nPatch0003: c\n',
    );
  });
});

describe('%prep', () => {
  test.each([
    ['%setup -q', '%setup -q -n dir'],
    ['%setup -q -n %{name}-%{version} -a 1', '%setup -q -n dir -a 1'],
    ['%setup -qn old', '%setup -qn dir'],
    ['%setup -nold', '%setup -ndir'],
    ["%setup -n 'a b'  -q", '%setup -n dir  -q'],
    ['%setup', '%setup -n dir'],
    ['%autosetup -p1', '%autosetup -p1 -n dir'],
    ['%{?x:%autosetup -p1}', '%{?x:%autosetup -p1 -n dir}'],
    ['%{autosetup -p1}', '%{autosetup -p1 -n dir}'],
  ])('%s', (line, expected) => {
    expect(after(`%prep\n${line}\n`, (doc) => setPrepName(doc, 'dir'))).toBe(`%prep\n${expected}\n`);
  });

  test('%setup comes before %autosetup; a blank is quoted; none is nothing', () => {
    expect(after('%prep\n%autosetup\n%setup\n', (doc) => setPrepName(doc, 'a b'))).toBe(
      '%prep\n%autosetup\n%setup -n "a b"\n',
    );
    const doc = parseSpec('%prep\ntar xf x\n');
    expect(setPrepName(doc, 'dir')).toBe(doc);
  });
});

describe('sections', () => {
  test('the lines below a header are replaced', () => {
    const text = 'Name: a\n%description\nold\n\n%files\nx\n';
    expect(after(text, (doc) => replaceSection(doc, 'description', ['new', '']))).toBe(
      'Name: a\n%description\nnew\n\n%files\nx\n',
    );
    expect(after(text, (doc) => replaceSection(doc, 'changelog', ['* x']))).toBe(
      `${text}\n%changelog\n* x\n`,
    );
  });
});
