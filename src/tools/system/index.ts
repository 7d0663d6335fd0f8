export { osName, osReleaseValue, readOsRelease } from './os-release.ts';
export { asRoot, familyOf, installCommand, installPackages } from './packages.ts';
export type { Family } from './packages.ts';
export { programVersion, readVersions, versionIn } from './versions.ts';
export type { Versions } from './versions.ts';
