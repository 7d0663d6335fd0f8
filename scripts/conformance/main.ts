/**
 * npm run conformance [-- NAME ...] [--shared DIR] [--clones DIR] [--python FILE] [--verbose] [--only TEXT]: counts of what is
 * equal to the reference's recordings, different on purpose, and wrong. Names: configs, specs, schema, srpm; the last one builds,
 * and needs `--clones`, the directory with full clones that docs/conformance-srpm.md describes; schema asks a Python that has
 * packitos. Exits 1 if anything is wrong.
 */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    shared: { type: 'string' },
    clones: { type: 'string' },
    python: { type: 'string' },
    verbose: { type: 'boolean' },
    only: { type: 'string' },
  },
});
const common = values.shared === undefined ? {} : { shared: resolve(values.shared) };

const PARTS: Readonly<Record<string, () => Promise<boolean>>> = {
  async configs() {
    const { run } = await import('./configs.ts');
    const result = await run(common);
    for (const line of values.verbose === true ? (result?.differences ?? []) : []) console.log(line);
    return result === undefined || result.differences.length === 0;
  },
  async specs() {
    const { run } = await import('./specs.ts');
    const only = values.only === undefined ? {} : { only: values.only };
    const result = await run({ ...common, ...only, verbose: values.verbose === true });
    return result === undefined || (result.counts.wrong === 0 && result.reparsed.broken.length === 0);
  },
  async schema() {
    const { run } = await import('./schema.ts');
    return run({ python: values.python ?? 'python3' });
  },
  async srpm() {
    if (values.clones === undefined) {
      console.log('srpm: nothing is built without --clones DIR (see docs/conformance-srpm.md)');
      return true;
    }
    const { run } = await import('./srpm.mjs');
    const { wrong } = await run({
      clones: resolve(values.clones),
      ...(values.only === undefined ? {} : { only: values.only }),
      ...(values.shared === undefined ? {} : { recordings: join(resolve(values.shared), 'conformance') }),
    });
    return wrong === 0;
  },
};

for (const name of positionals.length === 0 ? Object.keys(PARTS) : positionals) {
  const part = PARTS[name];
  if (part === undefined) {
    console.error(`There is no ${name} to compare; there are: ${Object.keys(PARTS).join(', ')}`);
    process.exit(2);
  }
  if (!(await part())) process.exitCode = 1;
}
