import { describe, expect, test } from '@jest/globals';
import {
  branchesFor,
  buildTargetsFor,
  expandAliases,
  fastForwardBranchesFor,
  kojiTargetsFor,
} from '../../../../src/project/distro-aliases/index.ts';

const distro = (namever: string, branch: string) => ({ namever, branch });
const [f31, f32, f33] = ['31', '32', '33'].map((version) => distro(`fedora-${version}`, `f${version}`)) as [
  ReturnType<typeof distro>,
  ReturnType<typeof distro>,
  ReturnType<typeof distro>,
];
const rawhide = distro('fedora-rawhide', 'rawhide');
const ALIASES = {
  'fedora-all': [f31, f32, f33, rawhide],
  'fedora-stable': [f31, f32],
  'fedora-development': [f33, rawhide],
  'epel-all': [
    distro('epel-6', 'el6'),
    distro('epel-8', 'epel8'),
    distro('epel-10.0', 'epel10.0'),
    distro('epel-10.1', 'epel10'),
  ],
  'epel-10': [distro('epel-10.1', 'epel10')],
  'epel-10-branched': [distro('epel-10.0', 'epel10.0')],
  'opensuse-all': [distro('opensuse-tumbleweed', 'opensuse-tumbleweed')],
};

test('names that are no alias stay, aliases and doubles do not', () => {
  expect(expandAliases(ALIASES, ['fedora-31', 'fedora-stable', 'mageia-9', 'mageia-9'])).toEqual([
    f31,
    f32,
    'mageia-9',
  ]);
  expect(expandAliases(ALIASES, [])).toEqual([f31, f32]);
  expect(expandAliases(ALIASES, [], { fallback: null })).toEqual([]);
  expect(expandAliases(ALIASES, ['constructor'])).toEqual(['constructor']);
});

describe('dist-git branches', () => {
  test.each([
    ['fedora-29', undefined, ['fedora-29']],
    ['fedora-31', undefined, ['f31']],
    ['fedora-rawhide', undefined, ['main']],
    ['rawhide', 'master', ['master']],
    ['master', undefined, ['master']],
    ['eln', undefined, ['eln']],
    ['fedora-eln', undefined, ['eln']],
    ['f30', undefined, ['f30']],
    ['fedora-development', 'master', ['f33', 'master']],
    ['fedora-all', undefined, ['f31', 'f32', 'f33', 'main']],
    ['epel-6', undefined, ['el6']],
    ['epel-8', undefined, ['epel8']],
    ['epel-10', undefined, ['epel10']],
  ])('of %s with default branch %s', (name, defaultBranch, branches) => {
    expect(branchesFor(ALIASES, [name], defaultBranch === undefined ? {} : { defaultBranch })).toEqual(
      branches,
    );
  });

  test('name rawhide beside the default branch on request', () => {
    expect(branchesFor(ALIASES, ['rawhide', 'f31'], { withAliases: true })).toEqual([
      'main',
      'f31',
      'rawhide',
    ]);
    expect(branchesFor(ALIASES, ['f31'], { withAliases: true })).toEqual(['f31']);
  });
});

describe('build targets', () => {
  test.each([
    ['rawhide', ['fedora-rawhide-x86_64']],
    ['epel-8', ['epel-8-x86_64']],
    ['epel-10', ['epel-10-x86_64']],
    ['epel10.0', ['rhel+epel-10-x86_64']],
    ['epel-10-branched-aarch64', ['rhel+epel-10-aarch64']],
    ['eln', ['fedora-eln-x86_64']],
    ['openmandriva-rolling', ['openmandriva-rolling-x86_64']],
    ['centos-stream', ['centos-stream-8-x86_64']],
    ['centos-stream-x86_64', ['centos-stream-8-x86_64']],
    ['centos-stream-9-x86_64', ['centos-stream-9-x86_64']],
    ['fedora-stable-i386', ['fedora-31-i386', 'fedora-32-i386']],
    ['opensuse-all', ['opensuse-tumbleweed-x86_64']],
  ])('of %s', (name, targets) => {
    expect(buildTargetsFor(ALIASES, [name])).toEqual(targets);
  });

  test('of several names', () => {
    expect(buildTargetsFor(ALIASES, ['fedora-31', 'fedora-stable'])).toEqual([
      'fedora-31-x86_64',
      'fedora-32-x86_64',
    ]);
    expect(buildTargetsFor(ALIASES, [], { fallback: null })).toEqual([]);
  });
});

test('Koji targets are the branches, but for EPEL 6', () => {
  expect(kojiTargetsFor(ALIASES, ['fedora-rawhide', 'fedora-31', 'epel-all', 'f31-build'])).toEqual([
    'rawhide',
    'f31',
    'epel6',
    'epel8',
    'epel10.0',
    'epel10',
    'f31-build',
  ]);
});

describe('branches to fast-forward', () => {
  const branches = { rawhide: { fast_forward_merge_into: ['f30', 'fedora-stable'] }, f31: {}, f32: null };

  test.each([
    ['main', ['f30', 'f31', 'f32']],
    ['rawhide', ['f30', 'f31', 'f32']],
    ['f31', []],
    ['f32', []],
    ['f33', []],
  ])('from %s', (source, into) => {
    expect(fastForwardBranchesFor(ALIASES, branches, source)).toEqual(into);
  });

  test('are none in a list', () => {
    expect(fastForwardBranchesFor(ALIASES, ['rawhide'], 'main')).toEqual([]);
    expect(fastForwardBranchesFor(ALIASES, { main: { fast_forward_merge_into: [] } }, 'main')).toEqual([]);
  });
});
