/** The variables actions get. The names are part of the interface that configurations are written against. */

/** Values by variable name; a variable without a value is the empty string for the command. */
export type Variables = Readonly<Record<string, string | null | undefined>>;

export interface ActionPackage {
  /** The package's key in the configuration. */
  name: string;
  upstreamPackageName?: string | null | undefined;
  downstreamPackageName?: string | null | undefined;
  /** As configured or found: relative to the directory the actions run in. */
  specfilePath?: string | null | undefined;
}

export interface ActionPaths {
  /** Absolute directory of the upstream repository (of the package's path in it). */
  upstreamRepository?: string | undefined;
  /** Absolute directory of the dist-git repository. */
  downstreamRepository?: string | undefined;
  /** Where there is no upstream repository: the directory upstream's actions run in. */
  workingDirectory?: string | undefined;
}

/** What every action of a package gets, whatever it is called. */
export function packageVariables(pkg: ActionPackage, paths: ActionPaths = {}): Record<string, string> {
  const pwd = paths.upstreamRepository ?? paths.workingDirectory;
  return filled({
    PACKIT_CONFIG_PACKAGE_NAME: pkg.name,
    PACKIT_UPSTREAM_PACKAGE_NAME: pkg.upstreamPackageName,
    PACKIT_DOWNSTREAM_PACKAGE_NAME: pkg.downstreamPackageName,
    PACKIT_SPECFILE_PATH: pkg.specfilePath,
    ...(paths.upstreamRepository === undefined ? {} : { PACKIT_UPSTREAM_REPO: paths.upstreamRepository }),
    ...(paths.downstreamRepository === undefined
      ? {}
      : { PACKIT_DOWNSTREAM_REPO: paths.downstreamRepository }),
    ...(pwd === undefined ? {} : { PACKIT_PWD: pwd }),
  });
}

/** The same variables with the empty string in place of what has no value. */
export function filled(variables: Variables): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, value ?? '']));
}
