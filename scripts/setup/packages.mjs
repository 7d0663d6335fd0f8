/**
 * Which system packages bring which programs, for the three package managers that are supported.
 * Pure: decides what to run, runs nothing.
 */

/** @typedef {'apt' | 'dnf' | 'zypper'} Manager */

/** What `packit srpm` needs. */
export const BUILD_TOOLS = ['git', 'rpmbuild'];

/** What the tests start beside that: a KDC, web, ssh and archive tools. */
export const TEST_TOOLS = [
  ...BUILD_TOOLS,
  'krb5kdc',
  'kadmin.local',
  'kinit',
  'lighttpd',
  'lighttpd-gssapi',
  'sshd',
  'ssh',
  'curl',
  'openssl',
  'gpg',
  'rsync',
  'git-lfs',
  'zstd',
  'xz',
  'bzip2',
  'zip',
  'rpm2cpio',
  'cpio',
  'jq',
];

/** What the long tests start beside those: a message broker. */
export const LONG_TEST_TOOLS = ['rabbitmq-server'];

/** @type {Record<string, Record<Manager, string>>} */
const PACKAGES = {
  git: { apt: 'git', dnf: 'git', zypper: 'git' },
  rpmbuild: { apt: 'rpm', dnf: 'rpm-build', zypper: 'rpm-build' },
  krb5kdc: { apt: 'krb5-kdc', dnf: 'krb5-server', zypper: 'krb5-server' },
  'kadmin.local': { apt: 'krb5-admin-server', dnf: 'krb5-server', zypper: 'krb5-server' },
  kinit: { apt: 'krb5-user', dnf: 'krb5-workstation', zypper: 'krb5-client' },
  lighttpd: { apt: 'lighttpd', dnf: 'lighttpd', zypper: 'lighttpd' },
  'lighttpd-gssapi': {
    apt: 'lighttpd-mod-authn-gssapi',
    dnf: 'lighttpd-mod_authn_gssapi',
    zypper: 'lighttpd-mod_authn_gssapi',
  },
  sshd: { apt: 'openssh-server', dnf: 'openssh-server', zypper: 'openssh-server' },
  ssh: { apt: 'openssh-client', dnf: 'openssh-clients', zypper: 'openssh-clients' },
  curl: { apt: 'curl', dnf: 'curl', zypper: 'curl' },
  openssl: { apt: 'openssl', dnf: 'openssl', zypper: 'openssl' },
  gpg: { apt: 'gnupg', dnf: 'gnupg2', zypper: 'gpg2' },
  rsync: { apt: 'rsync', dnf: 'rsync', zypper: 'rsync' },
  'git-lfs': { apt: 'git-lfs', dnf: 'git-lfs', zypper: 'git-lfs' },
  zstd: { apt: 'zstd', dnf: 'zstd', zypper: 'zstd' },
  bzip2: { apt: 'bzip2', dnf: 'bzip2', zypper: 'bzip2' },
  zip: { apt: 'zip', dnf: 'zip', zypper: 'zip' },
  rpm2cpio: { apt: 'rpm2cpio', dnf: 'rpm', zypper: 'rpm' },
  cpio: { apt: 'cpio', dnf: 'cpio', zypper: 'cpio' },
  jq: { apt: 'jq', dnf: 'jq', zypper: 'jq' },
  xz: { apt: 'xz-utils', dnf: 'xz', zypper: 'xz' },
  'rabbitmq-server': { apt: 'rabbitmq-server', dnf: 'rabbitmq-server', zypper: 'rabbitmq-server' },
};

/**
 * The packages that bring the given programs, without repetition.
 * @param {readonly string[]} tools
 * @param {Manager} manager
 */
export function packagesFor(tools, manager) {
  return [...new Set(tools.map((tool) => PACKAGES[tool]?.[manager] ?? tool))];
}

/**
 * The commands that install packages, in order.
 * @param {readonly string[]} packages
 * @param {{ manager: Manager, privilege: 'root' | 'sudo' }} machine
 * @returns {{ argv: string[], env: Record<string, string>, mayFail: boolean }[]}
 */
export function installCommands(packages, { manager, privilege }) {
  const become = privilege === 'root' ? [] : ['sudo'];
  switch (manager) {
    case 'apt': {
      // sudo drops the environment, so the setting travels as an argument of env(1).
      const quiet = ['env', 'DEBIAN_FRONTEND=noninteractive'];
      return [
        // A list that is partly out of reach is no reason to stop: what is needed may be there already.
        { argv: [...become, 'apt-get', 'update', '-q'], env: {}, mayFail: true },
        {
          argv: [
            ...become,
            ...quiet,
            'apt-get',
            'install',
            '-y',
            '-q',
            '--no-install-recommends',
            ...packages,
          ],
          env: {},
          mayFail: false,
        },
      ];
    }
    case 'dnf':
      return [{ argv: [...become, 'dnf', 'install', '-y', ...packages], env: {}, mayFail: false }];
    case 'zypper':
      return [
        { argv: [...become, 'zypper', '--non-interactive', 'install', ...packages], env: {}, mayFail: false },
      ];
    default:
      throw new Error(`unknown package manager: ${String(manager)}`);
  }
}

/**
 * What to tell somebody for whom nothing can be installed.
 * @param {readonly string[]} tools
 * @param {Manager | undefined} manager
 */
export function manualAdvice(tools, manager) {
  if (manager === undefined) {
    return `Install these programs with your system's package manager: ${tools.join(', ')}.`;
  }
  const packages = packagesFor(tools, manager);
  const last = installCommands(packages, { manager, privilege: 'root' }).at(-1);
  return `Run as root: ${last.argv.join(' ')}`;
}
