/** Packages of rpm macros that specs of Fedora rely on. */
import { asRoot, familyOf, installPackages } from '../../tools/system/index.ts';
import type { Finding } from './finding.ts';

export interface MacroPackage {
  /** What it is for. */
  subject: string;
  /** One that the package defines, without the percent sign. */
  macro: string;
  fedora: string;
}

export const MACRO_PACKAGES: readonly MacroPackage[] = [
  { subject: 'Fedora', macro: 'forgemeta', fedora: 'redhat-rpm-config' },
  { subject: 'rpmautospec', macro: 'autorelease', fedora: 'rpmautospec-rpm-macros' },
  { subject: 'Python', macro: 'pyproject_wheel', fedora: 'pyproject-rpm-macros' },
  { subject: 'Go', macro: 'gometa', fedora: 'go-rpm-macros' },
  { subject: 'Rust', macro: 'cargo_prep', fedora: 'cargo-rpm-macros' },
];

/** For `rpm --eval`: a line for each package, 1 where the macro is defined. */
export function macroQuestion(packages: readonly MacroPackage[] = MACRO_PACKAGES): string {
  return packages.map(({ macro }) => `%{?${macro}:1}%{!?${macro}:0}`).join('\n');
}

/** Which packages answered 1. A macro that fails when it is asked for is one that is there. */
export function readAnswer(text: string): boolean[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.trim() !== '0');
}

/** Only distributions that have the packages are told to install them: packit stands in for their macros in source RPMs. */
export function judgeMacros({ subject, fedora }: MacroPackage, present: boolean, osRelease: string): Finding {
  const finding = { area: 'macros', subject } as const;
  if (present) return { ...finding, rating: 'ok', says: 'known to rpm' };
  const command = familyOf(osRelease) === 'fedora' ? installPackages({ fedora }, osRelease) : undefined;
  if (command === undefined) {
    return { ...finding, rating: 'ok', says: 'not here: stand-ins serve in source RPMs' };
  }
  return {
    ...finding,
    rating: 'warning',
    says: 'not known to rpm: what uses them cannot be built here',
    cure: `Install them: ${asRoot(command)}`,
    neededBy: ['build locally'],
  };
}
