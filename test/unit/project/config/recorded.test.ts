import { describe, expect, test } from '@jest/globals';
import { asRecorded } from '../../../../scripts/conformance/recorded-keys.ts';
import { toDump } from '../../../../src/project/config/index.ts';
import { diagnosticsOf, inspectText, recordedFixtures, statusOf } from '../../../support/configs.ts';

describe('configurations the reference was recorded on', () => {
  test.each(recordedFixtures())('$file', async ({ text, repository, status, dump }) => {
    const inspection = await inspectText(text, { repository });
    expect(statusOf(inspection)).toBe(status);
    if (dump !== null) expect(asRecorded(JSON.parse(JSON.stringify(toDump(inspection))))).toEqual(dump);
  });

  test.each(recordedFixtures().filter(({ status }) => status !== 'valid'))(
    '$file: every error has a line and a cure',
    async ({ text }) => {
      const errors = (await diagnosticsOf(text)).filter(({ severity }) => severity === 'error');
      expect(errors).not.toHaveLength(0);
      for (const error of errors) {
        expect(error).toMatchObject({ line: expect.any(Number), column: expect.any(Number) });
        expect(error.hint ?? '').not.toBe('');
      }
    },
  );
});
