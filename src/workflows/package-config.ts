/** For `import()`; see `src/user-config.ts`. */
export { configInCheckout, loadConfig, selectPackages } from '../project/config/index.ts';
