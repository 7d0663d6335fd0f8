/** The sentences of statuses, the hosted service's own where it has one. At most 140 characters, which is what forges take. */

export const TEXT = {
  accepted: 'The task was accepted.',
  submitted: 'SRPM build in Copr was submitted...',
  srpmRunning: 'SRPM build is in progress...',
  srpmDone: 'SRPM was built successfully.',
  srpmFailed: 'SRPM build failed, check the logs for details.',
  srpmCancelled: 'The build was cancelled in Copr.',
  waitingForRpms: 'SRPM build succeeded. Waiting for RPM build to start...',
  rpmQueued: 'Starting RPM build...',
  rpmRunning: 'RPM build is in progress...',
  rpmDone: 'RPMs were built successfully.',
  rpmFailed: 'RPMs failed to be built.',
  rpmSkipped: 'Copr left this chroot out: the package is not for it.',
  rpmCancelled: 'The build was cancelled in Copr.',
  waitingForBuild: 'Waiting for RPMs to be built...',
  testsDue: 'Build succeeded. Submitting the tests ...',
  testsSubmitted: 'Tests have been submitted ...',
  testsRunning: 'Tests are running ...',
  testsPassed: 'Tests passed ...',
  testsFailed: 'Tests failed ...',
  testsSkipped: 'Testing Farm had nothing to run ...',
  testsCancelled: 'Tests were cancelled ...',
  nothingToTest: 'Nothing was built for this chroot: there is nothing to test.',
  buildLost: 'No build is known for this any more; comment "/packit build" for a new one.',
  missingBuild: 'Missing successful Copr build for this target, please trigger the build first.',
} as const;

const LONGEST = 140;

/** One line of at most 140 characters; what is longer ends in an ellipsis. */
export function statusText(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const characters = Array.from(line);
  return characters.length <= LONGEST
    ? line
    : `${characters
        .slice(0, LONGEST - 1)
        .join('')
        .trimEnd()}…`;
}
