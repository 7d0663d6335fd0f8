/** One item of `files_to_sync`, all keys filled in. Trailing slashes of `src` and `dest` have rsync's meaning. */
export interface SyncItem {
  src: readonly string[];
  dest: string;
  mkpath: boolean;
  delete: boolean;
  /** rsync filter rules, as `rsync --filter` takes them. */
  filters: readonly string[];
}

export interface TreeEntry {
  /** `other`: sockets, devices and the like, which are never copied. */
  type: 'file' | 'directory' | 'symlink' | 'other';
  /** Permission bits. */
  mode: number;
  /** Where a symbolic link points to, as written in it. */
  target?: string;
}

/** Looks at a directory tree without following symbolic links. Paths are relative to its root, `''` is the root. */
export interface Tree {
  /** Absolute path of the root: absolute links into the tree are understood. */
  readonly root: string;
  stat(path: string): TreeEntry | undefined;
  /** Names in a directory, in any order. */
  list(path: string): readonly string[];
}

/** What is done to the destination, in this order. Paths are relative to the roots of the two trees. */
export type SyncOperation =
  | { kind: 'delete'; path: string }
  | { kind: 'directory'; path: string }
  | { kind: 'file'; path: string; from: string; mode: number }
  | { kind: 'symlink'; path: string; target: string };

export interface SyncPlan {
  operations: SyncOperation[];
  /** Entries of `src` that matched nothing: ignored, as with `--ignore-missing-args`. */
  missing: string[];
}
