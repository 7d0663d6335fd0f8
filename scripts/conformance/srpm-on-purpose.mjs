/**
 * Recordings from which packit differs, and why. `allows` matches the differences that are meant; any other one is
 * an error. `missing` marks what cannot be built where the tools or the network are not to be had.
 */
export const ON_PURPOSE = {};
