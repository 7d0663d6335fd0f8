import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from '@jest/globals';
import { jsonSchema } from '../../../../src/project/config/json-schema.ts';
import { inspectText, recordedFixtures, statusOf } from '../../../support/configs.ts';

const schema = jsonSchema();
const validate = new Ajv2020({
  strict: true,
  strictTypes: false,
  strictRequired: false,
  allErrors: true,
  allowUnionTypes: true,
}).compile(schema);

async function accepts(text: string): Promise<boolean> {
  const { root, reader } = await inspectText(text);
  if (root?.kind !== 'mapping') return validate(root === undefined ? null : reader.data(root));
  // The place for anchors may hold what JSON cannot say.
  const entries = [...reader.entries(root)].filter(([key]) => key !== '_');
  return validate(Object.fromEntries(entries.map(([key, { value }]) => [key, reader.data(value)])));
}

describe('the JSON Schema', () => {
  test('is one by the standard’s own meta-schema', () => {
    expect(new Ajv2020().validateSchema(schema)).toBe(true);
  });

  test.each(recordedFixtures().filter(({ status }) => status !== 'yaml-error'))(
    'says of $file what the loader says',
    async ({ text, status }) => {
      expect(await accepts(text)).toBe(status === 'valid');
    },
  );

  // Pairs of what is right and what is nearly right.
  test.each<[string, string]>([
    ['create_pr: "yes"', 'create_pr: "yeah"'],
    ['timeout: "10"', 'timeout: ten'],
    ['allowed_gpg_keys: null', 'upstream_tag_template: null'],
    ['jobs: [{job: tests, trigger: commit | release}]', 'jobs: [{job: tests, trigger: commit | never}]'],
    ['jobs: [{job: tests, trigger: commit, targets: a}]', 'targets: a'],
    ['jobs: [{job: tests, trigger: commit, labels: null}]', 'jobs: [{job: tests, labels: null}]'],
    ['files_to_sync: [{src: a, dest: b}]', 'files_to_sync: [{src: a}]'],
    ['packages: {a: {}}', 'packages: {}'],
    ['jobs: []', '__: [1]'],
    ['dist_git_branches: {a: {fast_forward_merge_into: [b]}}', 'dist_git_branches: {a: {into: [b]}}'],
  ])('%s / %s', async (right, wrong) => {
    expect([await accepts(right), statusOf(await inspectText(right))]).toEqual([true, 'valid']);
    expect([await accepts(wrong), statusOf(await inspectText(wrong))]).toEqual([false, 'schema-error']);
  });

  test('every key has words, and every example is accepted', async () => {
    const defs = schema.$defs as Record<string, { description?: string; examples?: unknown[] }>;
    const properties = Object.keys(schema.properties as object).filter(
      (key) => !['_', 'jobs', 'packages'].includes(key),
    );
    for (const key of properties) {
      expect({ key, description: defs[key]?.description }).toMatchObject({
        description: expect.stringMatching(/.{10,}/),
      });
      for (const example of defs[key]?.examples ?? []) {
        const text = JSON.stringify({ specfile_path: 'a.spec', jobs: [], [key]: example });
        expect({ key, example, status: statusOf(await inspectText(text)) }).toMatchObject({
          status: 'valid',
        });
        expect({ key, example, accepted: validate(JSON.parse(text)) }).toMatchObject({ accepted: true });
      }
    }
  });
});
