/**
 * Recordings from which packit differs, and why. `allows` matches the differences that are meant; any other one is an error.
 * `missing` marks what cannot be built where a tool, the network or the commit is not to be had: nothing was built, so nothing is
 * said about it.
 */
const AUTORELEASE =
  'the recording has a literal "%autorelease" in Release, as plain rpm knows no such macro; packit has a stand-in for it';
const NOTHING_BUILT = /^(?:0 SRPMs instead of|no SRPM like .*: there are none$)/;

/** @typedef {{reason: string, allows: RegExp, missing?: boolean}} Purpose
 * @type {Record<string, Purpose | Purpose[]>} */
export const ON_PURPOSE = {
  'LecrisUT__CMake-Template.plain': {
    reason: AUTORELEASE,
    allows: /^(?:no SRPM like \S*%autorelease|spec \S+: (?:lacks|has) \+Release: )/,
  },
  'LecrisUT__CMakeExtraUtils.plain': {
    reason:
      'the reference could not read the name of its own SRPM, whose Release is a literal "%autorelease"; packit builds it',
    allows: /^1 SRPMs instead of 0 \(exit 0\)/,
  },
  'containers__container-selinux.plain': {
    reason: AUTORELEASE,
    allows: /^(?:no SRPM like \S*%autorelease|spec \S+: (?:lacks|has) \+Release: )/,
  },
  'eclipse-bluechi__bluechi.stubbed': {
    reason: 'its create-archive action fetches git submodules from the network',
    allows: NOTHING_BUILT,
    missing: true,
  },
  'martinpitt__umockdev.stubbed': [
    {
      reason:
        'two packages share one spec: the reference edits it twice, packit gives each package the spec of the commit',
      allows: /^spec packaging\/umockdev\.spec: lacks \+$/,
    },
    {
      reason: 'its create-archive action needs meson and the Vala compiler',
      allows: NOTHING_BUILT,
      missing: true,
    },
  ],
  'pbrezina__authselect.stubbed': {
    reason: 'its sources are on sources.stream.centos.org',
    allows: NOTHING_BUILT,
    missing: true,
  },
  'release-engineering__dist-git.stubbed': {
    reason: 'its create-archive action needs tito',
    allows: NOTHING_BUILT,
    missing: true,
  },
  'rpm-software-management__mock.stubbed': {
    reason: 'its create-archive action needs tito',
    allows: NOTHING_BUILT,
    missing: true,
  },
  'teemtee__fmf.stubbed': {
    reason: 'its version is what hatch prints, of which the recording used a stand-in',
    allows: /1\.7\.\d\S*dev1\+g39af408|^0 SRPMs instead of/,
    missing: true,
  },
};
