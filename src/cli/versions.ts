/** `packit --version --json`: what a bug report has to say about the machine. */
import type { Environment } from '../tools/process/index.ts';

export function asksForVersions(argv: readonly string[]): boolean {
  return argv.length === 2 && argv.includes('--version') && argv.includes('--json');
}

/** The document as it is printed. */
export async function versionsDocument(options: {
  env: Environment;
  cwd: string;
  packit: string;
}): Promise<string> {
  const [{ createRun }, { readVersions }] = await Promise.all([
    import('../tools/process/index.ts'),
    import('../tools/system/index.ts'),
  ]);
  const { env, cwd, packit } = options;
  const versions = await readVersions({ run: createRun({ env }), cwd, packit });
  return `${JSON.stringify(versions, undefined, 2)}\n`;
}
