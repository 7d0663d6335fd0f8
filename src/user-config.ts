/**
 * What `import()` is given instead of a room's whole `index.ts`: the bundler cannot tell which names of a dynamically imported
 * file are used, and would make everybody who needs one function load them all.
 */
export { loadUserConfig } from './project/config/index.ts';
