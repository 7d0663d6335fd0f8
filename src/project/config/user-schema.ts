/** The keys of the user configuration file, as data: validation and the documentation are made from it. */

export type UserKeyType = 'string' | 'boolean' | 'map' | 'list';

export interface UserKey {
  type: UserKeyType;
  help: string;
  /** The value is never printed. */
  secret?: true;
  /** Use this instead. */
  deprecated?: string;
  /** Accepted because the reference has it; a command line has no use for it. */
  ignored?: true;
}

export const USER_KEYS = {
  debug: { type: 'boolean', help: 'Say more, as with --debug.' },
  fas_user: { type: 'string', help: 'Fedora account name.' },
  fas_password: { type: 'string', help: 'Password of the Fedora account.', secret: true },
  keytab_path: { type: 'string', help: 'Kerberos keytab of the Fedora account.' },
  kerberos_realm: { type: 'string', help: 'Kerberos realm. Default: FEDORAPROJECT.ORG.' },
  koji_build_command: { type: 'string', help: 'The command that starts a Koji build. Default: koji build.' },
  pkg_tool: {
    type: 'string',
    help: 'Dist-git of packages that name none: fedpkg (default), fedpkg-stage, centpkg, centpkg-sig.',
  },
  upstream_git_remote: { type: 'string', help: 'Git remote that tells the upstream project URL.' },
  package_config_path: { type: 'string', help: 'Package configuration file, as with --config.' },
  repository_cache: {
    type: 'string',
    help: 'Directory of git clones (one directory per repository name) whose objects are used again when cloning.',
  },
  add_repositories_to_repository_cache: {
    type: 'boolean',
    help: 'Put repositories that are missing there into repository_cache. Default: true.',
  },
  default_parse_time_macros: {
    type: 'map',
    help: 'Macros for reading every spec file; a null value undefines the macro.',
  },
  redhat_api_refresh_token: { type: 'string', help: 'Offline token of the Red Hat API.', secret: true },
  authentication: {
    type: 'map',
    help: 'Tokens: a host, URL or forge name, then token, instance_url and type.',
  },
  github_token: {
    type: 'string',
    help: 'Token for github.com.',
    secret: true,
    deprecated: 'authentication: github.com: token',
  },
  pagure_user_token: {
    type: 'string',
    help: 'Token for Pagure.',
    secret: true,
    deprecated: 'authentication: pagure: token',
  },
  pagure_instance_url: {
    type: 'string',
    help: 'URL of the Pagure of pagure_user_token.',
    deprecated: 'authentication: pagure: instance_url',
  },
  pagure_fork_token: {
    type: 'string',
    help: 'No longer used.',
    secret: true,
    deprecated: 'authentication: pagure: token',
  },
  github_app_id: { type: 'string', help: 'GitHub application.', ignored: true },
  github_app_installation_id: { type: 'string', help: 'GitHub application.', ignored: true },
  github_app_cert_path: { type: 'string', help: 'GitHub application.', ignored: true },
  command_handler: { type: 'string', help: 'For the service.', ignored: true },
  command_handler_work_dir: { type: 'string', help: 'For the service.', ignored: true },
  command_handler_pvc_env_var: { type: 'string', help: 'For the service.', ignored: true },
  command_handler_image_reference: { type: 'string', help: 'For the service.', ignored: true },
  command_handler_k8s_namespace: { type: 'string', help: 'For the service.', ignored: true },
  command_handler_pvc_volume_specs: { type: 'list', help: 'For the service.', ignored: true },
  command_handler_storage_class: { type: 'string', help: 'For the service.', ignored: true },
  appcode: { type: 'string', help: 'For the service.', ignored: true },
} as const satisfies Record<string, UserKey>;

export type UserKeyName = keyof typeof USER_KEYS;

export function userKey(name: string): UserKey | undefined {
  return Object.hasOwn(USER_KEYS, name) ? USER_KEYS[name as UserKeyName] : undefined;
}
