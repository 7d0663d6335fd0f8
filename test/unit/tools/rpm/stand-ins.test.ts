import { describe, expect, test } from '@jest/globals';
import { macrosInNeed } from '../../../../src/tools/rpm/stand-ins.ts';

describe('macrosInNeed', () => {
  test.each<[string, string, string[]]>([
    [
      'uses in any spelling',
      'Release: %autorelease -b 3\n%{autochangelog}\n%forgemeta -v\n',
      ['autorelease', 'autochangelog', 'forgemeta'],
    ],
    ['each once, in order', '%gometa\n%{goname} %gometa', ['gometa', 'goname']],
    ['not what is asked for', 'Release: 1%{?dist}\n%if 0%{?fedora} %{!?rhel:1} %{?systemd_requires}', []],
    [
      'not where the spec knows what to do without',
      '%if %{defined autorelease}\nRelease: %autorelease\n%else\nRelease: 7\n%endif\n%{?fedora:x}%{!?rhel:y}\n%{fedora}%{rhel}\n%{dist} %{?dist:x}',
      [],
    ],
    [
      'where the answer is the same with it',
      'Release: 1%{?dist}\n%if 0%{?fedora} > 3 || 0%{?rhel}\n%endif\n%{dist} %{fedora} %{rhel}\n# %{?dist:no question}\n',
      ['dist', 'fedora', 'rhel'],
    ],
    ['not what Lua asks for', '%{lua:if rpm.isdefined("fedora") then end}\n%{fedora}', []],
    ['but what stands inside the question', '%{?forgeurl:%{forgesource}}', ['forgesource']],
    [
      'not what the spec defines',
      '%global dist .x\n%define  python3_pkgversion 3\n%{dist} %{python3_pkgversion}',
      [],
    ],
    ['not what is escaped', '100%%dist %%%%dist', []],
    ['what follows an escaped sign', '%%%dist', ['dist']],
    ['not longer names', '%dist_version %{distribution}', []],
    [
      'not what is only text to a SRPM',
      '%description\n%gopkg\n%install\nmake D=%{_unitdir}\n%files -n a\n%{python3_sitelib}/x\n%post\n%systemd_requires\n%changelog\n%autochangelog',
      ['autochangelog'],
    ],
    [
      'conditions and definitions wherever they stand',
      '%build\n%if %{fedora} > 3\n%global x %{rust_arches}\n%package b\n%{?x}\n%python_provide b',
      ['fedora', 'rust_arches', 'python_provide'],
    ],
    ['no macro rpm has everywhere', '%name %{version} %configure', []],
  ])('%s', (_what, text, expected) => {
    expect(macrosInNeed(text)).toEqual(expected);
  });
});
