/** A distribution: the name builds know it by, and its dist-git branch. */
export interface Distro {
  /** `fedora-42`, `fedora-rawhide`, `epel-9`, `opensuse-tumbleweed`. */
  namever: string;
  /** `f42`, `rawhide`, `epel9`; openSUSE has none, its name stands in. */
  branch: string;
}

/** Alias (`fedora-all`) to its members, oldest first. */
export type Aliases = Readonly<Record<string, readonly Distro[]>>;
