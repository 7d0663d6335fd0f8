import { describe, expect, test } from '@jest/globals';
import { run } from '../../scripts/conformance/configs.ts';

describe('configurations of public projects', () => {
  test('are read as the reference reads them; skipped where they are not at hand', async () => {
    const lines: string[] = [];
    const result = await run({ print: (line) => lines.push(line) });
    if (result === undefined) {
      console.warn(lines.join('\n'));
      return;
    }
    expect(result.differences).toEqual([]);
    expect(result).toMatchObject({
      sameVerdict: result.files,
      sameDump: result.valid,
      explained: result.invalid,
      sameBySchema: result.yaml,
    });
    expect(result.valid).toBeGreaterThan(100);
  });
});
