import { run } from './specs.ts';

const [only] = process.argv.slice(2);
await run({ verbose: true, ...(only === undefined ? {} : { only }) });
