import { describe, expect, test } from '@jest/globals';
import { judgeAccount, readAccountFacts } from '../../../../src/workflows/ci/tasks/index.ts';
import type { AccountFacts, AccountSources } from '../../../../src/workflows/ci/tasks/index.ts';

const NOTHING: AccountFacts = { own: false, permission: undefined, memberOf: [], unknown: [] };

function judge(list: string[], account: string, facts: Partial<AccountFacts> = {}): true | string {
  const rule = { key: 'allowed_committers' as const, list };
  const verdict = judgeAccount(rule, { account, what: 'who pushed' }, { ...NOTHING, ...facts });
  return verdict.allowed ? true : verdict.reason;
}

interface Asked extends AccountSources {
  questions: string[];
}

function sources(answers: Partial<Record<string, boolean | 'read' | 'write' | 'admin'>> = {}): Asked {
  const questions: string[] = [];
  return {
    questions,
    isOwn: (account) => {
      questions.push(`own ${account}`);
      return Promise.resolve(answers.own === true);
    },
    permissionOf: (account) => {
      questions.push(`permission ${account}`);
      const { permission } = answers;
      return Promise.resolve(typeof permission === 'string' ? permission : undefined);
    },
    isMember: (group, account) => {
      questions.push(`${group} ${account}`);
      const member = answers[group];
      return Promise.resolve(typeof member === 'boolean' ? member : undefined);
    },
  };
}

describe('whose deed starts a job', () => {
  test.each<[string, string[], string, Partial<AccountFacts>]>([
    ['who is named', ['jane', 'jo'], 'jo', {}],
    ['packit, whatever it is called here', ['packit'], 'our-bot', { own: true }],
    ['packit itself', ['packit'], 'packit', {}],
    ['an admin', ['all_admins'], 'jane', { permission: 'admin' }],
    ['a committer', ['all_committers'], 'jane', { permission: 'write' }],
    ['an admin, who is a committer as well', ['all_committers'], 'jane', { permission: 'admin' }],
    ['a member of a group', ['@python-sig'], 'jane', { memberOf: ['python-sig'] }],
  ])('%s', (_, list, account, facts) => expect(judge(list, account, facts)).toBe(true));

  test.each<[string, string[], string, Partial<AccountFacts>, string]>([
    ['another', ['jane'], 'jo', {}, 'jo (who pushed) is not allowed: allowed_committers is jane'],
    ['nobody', [], 'jo', {}, 'jo (who pushed) is not allowed: allowed_committers is empty'],
    ['one not known', ['jane'], '', {}, 'who pushed is not known, so that allowed_committers cannot be met'],
    ['another case', ['jane'], 'Jane', {}, 'Jane (who pushed) is not allowed: allowed_committers is jane'],
    [
      'a committer who is no admin',
      ['all_admins'],
      'jo',
      { permission: 'write' },
      'jo (who pushed) is not allowed: allowed_committers is all_admins',
    ],
    [
      'an account called like an alias',
      ['all_admins'],
      'all_admins',
      {},
      'all_admins (who pushed) is not allowed: allowed_committers is all_admins',
    ],
    [
      'an account called like a group',
      ['@sig'],
      '@sig',
      {},
      '@sig (who pushed) is not allowed: allowed_committers is @sig',
    ],
    [
      'a member of another group',
      ['@sig'],
      'jo',
      { memberOf: ['other'] },
      'jo (who pushed) is not allowed: allowed_committers is @sig',
    ],
    [
      'own account that is not asked for',
      ['jane'],
      'bot',
      { own: true },
      'bot (who pushed) is not allowed: allowed_committers is jane',
    ],
    [
      'a group that is silent',
      ['@sig'],
      'jo',
      { unknown: ['sig'] },
      'jo (who pushed) is not allowed: allowed_committers is @sig; who is in @sig could not be asked',
    ],
  ])('not %s', (_, list, account, facts, reason) => expect(judge(list, account, facts)).toBe(reason));
});

describe('what is asked about an account', () => {
  test('nothing where the list names it, or it is not known', async () => {
    const asked = sources();
    expect(await readAccountFacts(['jane', '@sig', 'all_admins'], 'jane', asked)).toEqual(NOTHING);
    expect(await readAccountFacts(['@sig'], '', asked)).toEqual(NOTHING);
    expect(asked.questions).toEqual([]);
  });

  test('only what the list speaks of', async () => {
    const asked = sources({ sig: true, permission: 'write' });
    expect(await readAccountFacts(['@sig', '@other'], 'jo', asked)).toEqual({
      ...NOTHING,
      memberOf: ['sig'],
      unknown: ['other'],
    });
    expect(asked.questions).toEqual(['sig jo', 'other jo']);
    expect((await readAccountFacts(['all_committers'], 'jo', asked)).permission).toBe('write');
  });

  test('no more once it is packit’s own', async () => {
    const asked = sources({ own: true });
    expect(await readAccountFacts(['packit', '@sig', 'all_admins'], 'bot', asked)).toEqual({
      ...NOTHING,
      own: true,
    });
    expect(asked.questions).toEqual(['own bot']);
  });
});
