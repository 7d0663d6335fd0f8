/**
 * The dist-gits packit knows by the name of their packaging tool. Data only: the kind of forge behind a
 * host is found out elsewhere, so that a host may change it without a release of packit.
 */
import type { DistGitInstance } from './types.ts';

export const PKG_TOOLS = ['fedpkg', 'fedpkg-stage', 'centpkg', 'centpkg-sig'] as const;
export type PkgTool = (typeof PKG_TOOLS)[number];

/** `{sig}` in a namespace stands for the configuration's `sig`. */
export const INSTANCES: Readonly<Record<PkgTool, DistGitInstance>> = {
  fedpkg: {
    name: 'fedpkg',
    baseUrl: 'https://src.fedoraproject.org/',
    namespace: 'rpms',
    otherHosts: ['pkgs.fedoraproject.org'],
    pushBase: 'ssh://{user}@pkgs.fedoraproject.org/',
    lookaside: {
      url: 'https://src.fedoraproject.org/repo/pkgs',
      cgi: 'https://src.fedoraproject.org/repo/pkgs/upload.cgi',
      hash: 'sha512',
      namespaced: true,
      auth: 'kerberos',
    },
    realm: 'FEDORAPROJECT.ORG',
  },
  'fedpkg-stage': {
    name: 'fedpkg-stage',
    baseUrl: 'https://src.stg.fedoraproject.org/',
    namespace: 'rpms',
    otherHosts: ['pkgs.stg.fedoraproject.org'],
    pushBase: 'ssh://{user}@pkgs.stg.fedoraproject.org/',
    lookaside: {
      url: 'https://src.stg.fedoraproject.org/repo/pkgs',
      cgi: 'https://src.stg.fedoraproject.org/repo/pkgs/upload.cgi',
      hash: 'sha512',
      namespaced: true,
      auth: 'kerberos',
    },
    realm: 'STG.FEDORAPROJECT.ORG',
  },
  centpkg: {
    name: 'centpkg',
    baseUrl: 'https://gitlab.com/',
    namespace: 'redhat/centos-stream/rpms',
    otherHosts: [],
    pushBase: 'ssh://git@gitlab.com/',
    lookaside: {
      url: 'https://sources.stream.centos.org/sources',
      cgi: 'https://sources.stream.rdu2.redhat.com/lookaside/upload.cgi',
      hash: 'sha512',
      namespaced: true,
      auth: 'kerberos',
    },
  },
  'centpkg-sig': {
    name: 'centpkg-sig',
    baseUrl: 'https://gitlab.com/',
    namespace: 'CentOS/{sig}/rpms',
    otherHosts: [],
    pushBase: 'ssh://git@gitlab.com/',
    lookaside: {
      url: 'https://src.sigs.centos.org/sources',
      cgi: 'https://src.sigs.centos.org/sources/upload.cgi',
      hash: 'sha512',
      namespaced: false,
      auth: 'certificate',
    },
  },
};

export function isPkgTool(name: string): name is PkgTool {
  return Object.hasOwn(INSTANCES, name);
}
