/**
 * Stand-ins for macros that Fedora's packages bring and plain rpm does not know: enough for a spec to be read
 * and its SRPM to be built. By name: what follows the name in a macro file.
 *
 * `%dist`: a spec says `%{?dist}` so that it works without one, and then it stays without one. Nothing is
 * invented, or the same commit would have one release here and another on the next machine. Only where a spec
 * insists on it (`%{dist}`) it is defined, as nothing. The same goes for `%fedora` and `%rhel`: `0%{?fedora}` is
 * 0 on a machine that is not Fedora, and so is a `%{fedora}` that does not ask.
 */

const ARCHES = 'x86_64 aarch64 ppc64le s390x riscv64';

/** Does nothing, whatever arguments it gets. */
const NOTHING = '(-) %{nil}';

/** `name(arguments)` of dist metadata: `python3dist(x)`. */
const dist = (prefix: string): string => `() ${prefix}(%1)`;

/** A function of Lua's string library on the macro's arguments, which are strings in `a`. */
const lua = (expression: string): string =>
  `(-) %{lua:local a = {} for i = 1, tonumber(rpm.expand("%#")) do a[i] = rpm.expand("%" .. i) end print(${expression})}`;

/** A tag, commit or version: what a forge's archive is made from. `v` before a digit is no part of the file name. */
const FORGE_REF = '%{?commit}%{!?commit:%{?tag}%{!?tag:v%{version}}}';
const FORGE_NAME = '%{basename:%{forgeurl}}-%{?commit}%{!?commit:%{?tag}%{!?tag:%{version}}}';
const FORGE_SOURCE = `%{?forgeurl}/archive/${FORGE_REF}/${FORGE_NAME}.tar.gz`;

/** `github.com/owner/repo` is packaged as `golang-github-owner-repo`. */
const GO_NAME =
  '%{lua:print((("golang-" .. rpm.expand("%{?goipath}")):gsub("^golang%-([^/]-)%.[^./]+/", "golang-%1/"):gsub("[/_.]", "-"):lower()))}';

const PYPI_NAME = '%{?1}%{!?1:%{?pypi_name}%{!?pypi_name:%{name}}}';

export const STAND_INS: Readonly<Record<string, string>> = {
  autorelease: '(e:s:pb:n) %{?-p:0.}%{?-b*}%{!?-b:1}%{?-e:.%{-e*}}%{?-s:.%{-s*}}%{!?-n:%{?dist}}',
  autochangelog: ' %{nil}',
  dist: ' %{nil}',
  fedora: ' 0',
  rhel: ' 0',
  // rpm 4.17.1 brought it; the words are its documentation's.
  bcond: '() %[ (%2) ? "%{expand:%%bcond_without %{1}}" : "%{expand:%%bcond_with %{1}}" ]',
  // rpm 4.19 brought these.
  sub: lua('a[1]:sub(tonumber(a[2]), tonumber(a[3] or -1))'),
  gsub: lua('(a[1]:gsub(a[2], a[3], a[4] and tonumber(a[4])))'),
  len: lua('#a[1]'),
  lower: lua('a[1]:lower()'),
  upper: lua('a[1]:upper()'),
  rep: lua('a[1]:rep(tonumber(a[2]))'),
  reverse: lua('a[1]:reverse()'),

  forgemeta: NOTHING,
  forgesource: ` ${FORGE_SOURCE}`,
  forgesetupargs: ` -n ${FORGE_NAME}`,
  forgesetup: NOTHING,
  forgeautosetup: NOTHING,
  archivename: ` ${FORGE_NAME}`,

  gometa: NOTHING,
  gopkg: NOTHING,
  godevelpkg: NOTHING,
  goaltipaths: NOTHING,
  gopkginstall: NOTHING,
  gopkgfiles: NOTHING,
  goprep: NOTHING,
  goname: ` ${GO_NAME}`,
  gourl: ' %{?forgeurl}%{!?forgeurl:https://%{?goipath}}',
  gosource: ` %{?forgeurl}%{!?forgeurl:https://%{?goipath}}/archive/${FORGE_REF}/%{name}-%{version}.tar.gz`,
  golang_arches: ` ${ARCHES}`,
  golang_arches_future: ` ${ARCHES}`,
  go_arches: ` ${ARCHES}`,

  pypi_source:
    `() https://files.pythonhosted.org/packages/source/%{lua:print(rpm.expand("${PYPI_NAME}"):sub(1, 1))}/` +
    `${PYPI_NAME}/${PYPI_NAME}-%{?2}%{!?2:%{version}}.%{?3}%{!?3:tar.gz}`,
  py_provides: '() %{expand:Provides: %1 = %{?epoch:%{epoch}:}%{version}-%{release}}',
  py_dist: dist('pythondist'),
  py2_dist: dist('python2dist'),
  py3_dist: dist('python3dist'),
  python_provide: '() Provides: deprecated(%1)',
  python_extras_subpkg: NOTHING,
  pyproject_extras_subpkg: NOTHING,
  python_enable_dependency_generator: NOTHING,
  python3_pkgversion: ' 3',
  python3_version: ' 3',
  python3_version_nodots: ' 3',
  python3_sitelib: ' /usr/lib/python3/site-packages',
  python3_sitearch: ' %{_libdir}/python3/site-packages',
  __python3: ' /usr/bin/python3',

  crates_source:
    '() https://crates.io/api/v1/crates/%{?1}%{!?1:%{crate}}/%{?2}%{!?2:%{version}}/download' +
    '#/%{?1}%{!?1:%{crate}}-%{?2}%{!?2:%{version}}.crate',
  rust_arches: ` ${ARCHES}`,

  hackage_source: ' https://hackage.haskell.org/package/%{pkg_name}-%{version}/%{pkg_name}-%{version}.tar.gz',
  ghc_arches: ` ${ARCHES}`,
  java_arches: ` ${ARCHES}`,
  nodejs_arches: ` ${ARCHES}`,
  ocaml_native_compiler: ` ${ARCHES}`,
  valgrind_arches: ` ${ARCHES}`,
  qt5_qtwebengine_arches: ' x86_64 aarch64',
  qt6_qtwebengine_arches: ' x86_64 aarch64',
  perl_default_filter: NOTHING,
  filter_setup: NOTHING,

  fontpkg: NOTHING,
  fontmetapkg: NOTHING,
  ldconfig_scriptlets: NOTHING,
  nbdkit_plugins_package: NOTHING,

  selinux_requires: ' %{nil}',
  selinux_requires_min: ' %{nil}',
  systemd_requires: ' %{nil}',
  systemd_ordering: ' %{nil}',
  sysusers_requires_compat: ' %{nil}',
  _unitdir: ' /usr/lib/systemd/system',
  _userunitdir: ' /usr/lib/systemd/user',
  _presetdir: ' /usr/lib/systemd/system-preset',
  _userpresetdir: ' /usr/lib/systemd/user-preset',
  _tmpfilesdir: ' /usr/lib/tmpfiles.d',
  _sysusersdir: ' /usr/lib/sysusers.d',
  _sysctldir: ' /usr/lib/sysctl.d',
  _modulesloaddir: ' /usr/lib/modules-load.d',
  _udevrulesdir: ' /usr/lib/udev/rules.d',
  _udevhwdbdir: ' /usr/lib/udev/hwdb.d',
  _environmentdir: ' /usr/lib/environment.d',
  _systemdgeneratordir: ' /usr/lib/systemd/system-generators',
  _metainfodir: ' /usr/share/metainfo',
};
