/** What forges know about a project, in packit's shapes. */

/** A project on a forge, whichever host it is on. */
export interface ProjectRef {
  /** `rpms`, `redhat/centos-stream/rpms` (GitLab subgroups), `''` (a Pagure project without one). */
  namespace: string;
  name: string;
  /** The user a Pagure fork belongs to. Pagure's forks keep the namespace of their parent; elsewhere a fork's namespace is its owner. */
  forkOwner?: string;
}

export interface GitUrls {
  https: string;
  /** Undefined where the forge tells it only to users with a token (Pagure), or has no ssh. */
  ssh: string | undefined;
}

export interface Project extends ProjectRef {
  /** `rpms/hello`, `fork/jdoe/rpms/hello`: for messages. */
  fullName: string;
  webUrl: string;
  gitUrls: GitUrls;
  /** Undefined while the repository is empty. */
  defaultBranch: string | undefined;
  description: string;
  private: boolean;
  /** Nothing can be pushed or proposed to an archived project. */
  archived: boolean;
  /** False where pull requests are switched off; undefined where the forge does not say. */
  takesRequests?: boolean | undefined;
  /** What this project is a fork of. */
  parent: ProjectRef | undefined;
}

export interface Tag {
  name: string;
  /** The commit the tag points at, also for annotated tags. */
  commit: string;
}
