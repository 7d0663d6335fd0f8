/** One jest project per kind of test, so that `npm run test:unit` and its siblings can run alone. */
const project = (name) => ({
  displayName: name,
  rootDir: import.meta.dirname,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'es6' },
      },
    ],
  },
  setupFilesAfterEnv: ['<rootDir>/test/support/setup.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/fixtures'],
  // Each project has its own setting: the default is in the directory of temporary files, which a run removes.
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
});

export default {
  // What test files load stays in a worker, and starting a program takes the longer the larger the process is that does it.
  workerIdleMemoryLimit: '100MB',
  projects: ['unit', 'integration', 'e2e', 'long'].map(project),
};
