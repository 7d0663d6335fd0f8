/** For `import()`; see `src/user-config.ts`. */
export { loadConfig, selectPackages } from '../project/config/index.ts';
