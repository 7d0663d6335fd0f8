import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { withUserDefaults } from '../../../src/cli/user-defaults.ts';
import { createContext } from '../../../src/context.ts';
import type { Warning } from '../../../src/ui.ts';
import { silentUi } from '../../../src/ui.ts';
import { tempDir } from '../../support/temp.ts';

function context(text?: string) {
  const home = tempDir();
  if (text !== undefined) {
    mkdirSync(join(home, '.config'));
    writeFileSync(join(home, '.config', 'packit.yaml'), text);
  }
  const warnings: Warning[] = [];
  return { ctx: createContext({ cwd: home, env: { HOME: home }, ui: silentUi(warnings) }), warnings, home };
}

describe('the user configuration in a run', () => {
  test('stands in for global options that were not given', async () => {
    const { ctx, home } = context('fas_user: jane\nkeytab_path: ~/k\nupstream_git_remote: up\ndebug: true\n');
    expect(await withUserDefaults({ fasUser: 'joe', json: true }, ctx)).toEqual({
      debug: true,
      fasUser: 'joe',
      json: true,
      keytab: join(home, 'k'),
      remote: 'up',
    });
  });

  test('is not needed', async () => {
    const global = { strict: true };
    expect(await withUserDefaults(global, context().ctx)).toBe(global);
  });

  test('is read once, its warnings are shown once and its tokens are never shown', async () => {
    const { ctx, warnings } = context('github_token: top-secret\n');
    const [first, second] = await Promise.all([ctx.userConfig(), ctx.userConfig()]);
    expect(first).toBe(second);
    expect(warnings.map(({ code }) => code)).toEqual(['USER_CONFIG_DEPRECATED']);
    expect(ctx.redactor.text('a top-secret')).toBe('a ***');
  });
});
