/**
 * Jobs of GitLab CI, in a file of their own that `.gitlab-ci.yml` includes. A pipeline of a fork runs in the fork, where the project's
 * variables are not: it has no job of packit's. The sweep begins those of forks.
 */
import type { CiFile } from './files.ts';
import type { Needs } from './needs.ts';
import { image } from './pins.ts';
import { heading, indented, userConfiguration, userSettings } from './shell.ts';

export const GITLAB_JOBS = '.gitlab/packit.yml';
export const GITLAB_ROOT = '.gitlab-ci.yml';
/** What `.gitlab-ci.yml` needs. */
export const GITLAB_INCLUDE = `include:\n  - local: ${GITLAB_JOBS}\n`;

export function gitlabFiles(needs: Needs, version: string): CiFile[] {
  return [{ path: GITLAB_JOBS, content: jobs(needs, version) }];
}

function jobs(needs: Needs, version: string): string {
  const about = [
    'The jobs of the Packit configuration for merge requests of branches of this project, pushes and tags; by a schedule, what',
    'was left open. Nothing of a merge request is checked out or run here: packit reads the configuration through GitLab, Copr',
    'makes the source RPM, Testing Farm runs the tests. Who may start what, packit judges.',
  ];
  const settings = userSettings({ ...needs, kerberos: needs.kerberos || needs.distGit });
  const before = [
    ...(needs.copr ? [COPR_FROM_FILE] : []),
    ...(settings.length > 0 ? [userConfiguration(settings)] : []),
  ].map((script) => `    - |\n${indented(script, 6)}`);
  return `${heading(version, about)}
.packit:
  image: ${image(version)}
  variables:
    GIT_STRATEGY: none
${before.length === 0 ? '' : `  before_script:\n${before.join('')}`}  script:
    - packit ci run --deadline "\${PACKIT_DEADLINE:-50m}"

packit:
  extends: .packit
  interruptible: true
  rules:
    # No token, as in a pipeline of a fork: nothing could be reported.
    - if: $PACKIT_GITLAB_TOKEN == null
      when: never
    - if: $CI_PIPELINE_SOURCE == "merge_request_event" && $CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_MERGE_REQUEST_PROJECT_ID

packit-push:
  extends: .packit
  rules:
    - if: $PACKIT_GITLAB_TOKEN == null
      when: never
    - if: $CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH
    # A webhook for comments that starts a pipeline: its payload is in a file.
    - if: $CI_PIPELINE_SOURCE == "trigger" && $TRIGGER_PAYLOAD

packit-release:
  extends: .packit
  rules:
    - if: $PACKIT_GITLAB_TOKEN == null
      when: never
    - if: $CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_TAG

packit-sweep:
  extends: .packit
  resource_group: packit-sweep
  script:
    - packit ci sweep --start
  rules:
    - if: $PACKIT_GITLAB_TOKEN == null
      when: never
    - if: $CI_PIPELINE_SOURCE == "schedule"
`;
}

/** GitLab has put the variable's value into a file. */
const COPR_FROM_FILE = `if [ -n "\${COPR_CONFIG:-}" ]; then
  mkdir -p "$HOME/.config"
  install -m 600 "$COPR_CONFIG" "$HOME/.config/copr"
fi
`;
