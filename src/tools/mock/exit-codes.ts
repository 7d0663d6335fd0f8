/** What mock's exit codes say (mock's own `exception.py`), and which of its logs to read. */

export interface MockExit {
  /** What went wrong, as the end of a sentence. */
  reason: string;
  hint: string;
  /** Log in the result directory that shows it. */
  log?: 'build.log' | 'root.log';
}

const EXITS: Readonly<Record<number, MockExit>> = {
  2: {
    reason: 'mock was not run through its setuid wrapper',
    hint: 'Run the `mock` of your PATH as it was installed, as a member of the group mock.',
  },
  3: {
    reason: 'the chroot configuration is invalid or unknown',
    hint: 'See what there is: ls /etc/mock/*.cfg. Name one with --root.',
  },
  5: {
    reason: 'mock did not understand its arguments',
    hint: 'Update mock: this is made for mock 2 and later.',
  },
  6: {
    reason: 'the chroot is for an architecture this machine cannot run',
    hint: 'Choose a chroot for this machine, or install qemu-user-static and pass a configuration with forcearch.',
  },
  10: {
    reason: 'rpmbuild failed in the chroot',
    hint: 'The lines that matter are at the end of build.log.',
    log: 'build.log',
  },
  11: {
    reason: 'the build took longer than mock allows',
    hint: 'Raise rpmbuild_timeout in the chroot configuration.',
    log: 'build.log',
  },
  20: { reason: 'the chroot could not be set up', hint: 'See root.log.', log: 'root.log' },
  30: {
    reason: 'the package manager failed',
    hint: 'A build dependency that is in no repository, or a mirror that does not answer: see root.log.',
    log: 'root.log',
  },
  40: { reason: 'mock cannot read the source RPM', hint: 'Check it: rpm -qpl FILE.' },
  60: {
    reason: 'the chroot is in use by another mock',
    hint: 'Wait for it, or choose another chroot with --root.',
  },
  70: {
    reason: 'the result directory cannot be made or written to',
    hint: 'Choose another one with --resultdir.',
  },
  80: {
    reason: 'mock may not make namespaces here',
    hint: 'In a container, mock needs CAP_SYS_ADMIN: podman run --cap-add=SYS_ADMIN.',
  },
  90: {
    reason: 'the bootstrap chroot could not be set up',
    hint: 'See root.log, or try use_bootstrap = False.',
    log: 'root.log',
  },
};

/** mock's exit code in words. */
export function explainMockExit(code: number | undefined): MockExit {
  return (
    EXITS[code ?? -1] ?? {
      reason: code === undefined ? 'it was ended from outside' : `exit code ${code}`,
      hint: 'Its output has been shown as it came.',
    }
  );
}
