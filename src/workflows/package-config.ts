/** For `import()`; see `src/user-config.ts`. */
export { loadConfig } from '../project/config/index.ts';
