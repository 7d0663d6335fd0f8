import { describe, expect, it } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  addressOf,
  brokerInput,
  countOf,
  rolesOf,
  secretOf,
  webhookSecrets,
} from '../../../src/cli/commands/listen/settings.ts';
import { createContext } from '../../../src/context.ts';
import { tempDir } from '../../support/temp.ts';

const context = (env: Record<string, string>) => createContext({ env, cwd: tempDir() });

describe('settings of packit listen', () => {
  it.each([
    ['8080', { host: '127.0.0.1', port: 8080 }],
    [':8080', { host: '::', port: 8080 }],
    ['0.0.0.0:80', { host: '0.0.0.0', port: 80 }],
    ['[::1]:80', { host: '::1', port: 80 }],
    ['packit.example.org:1', { host: 'packit.example.org', port: 1 }],
  ])('%s is an address', (text, address) => {
    expect(addressOf(text)).toEqual(address);
  });

  it.each(['', 'host', '70000', '::1:80', 'http://host:80', '1:2:3'])('%j is none', (text) => {
    expect(() => addressOf(text)).toThrow(`"${text}" is no address`);
  });

  it('roles are those there are', () => {
    expect(rolesOf(undefined)).toEqual(['web', 'consumer', 'worker', 'sweeper']);
    expect(rolesOf('worker, web')).toEqual(['worker', 'web']);
    expect(() => rolesOf('worker,boss')).toThrow('There is no role "boss"');
  });

  it('numbers are numbers', () => {
    expect(countOf(undefined, '--workers', 4)).toBe(4);
    expect(countOf('12', '--workers', 4)).toBe(12);
    for (const text of ['0', '-1', '1e3', 'many', '1000']) {
      expect(() => countOf(text, '--workers', 4)).toThrow('--workers wants a number');
    }
  });

  it('secrets come from a variable, a file, or a credential of systemd, and are never shown', () => {
    const directory = tempDir();
    writeFileSync(join(directory, 'secret'), 'from-a-file\n');
    mkdirSync(join(directory, 'credentials'));
    writeFileSync(join(directory, 'credentials', 'packit_forgejo-webhook-secret'), 'from-systemd');
    const ctx = context({
      PACKIT_GITHUB_WEBHOOK_SECRET_FILE: join(directory, 'secret'),
      PACKIT_GITLAB_WEBHOOK_TOKEN: 'from-a-variable',
      PACKIT_TESTING_FARM_WEBHOOK_TOKEN: '',
      CREDENTIALS_DIRECTORY: join(directory, 'credentials'),
    });
    expect(webhookSecrets(ctx)).toEqual({
      github: 'from-a-file',
      gitlab: 'from-a-variable',
      forgejo: 'from-systemd',
    });
    expect(ctx.redactor.text('from-a-file from-a-variable from-systemd')).toBe('*** *** ***');
    expect(() => secretOf(context({ X_FILE: '/nowhere' }), 'X')).toThrow('Cannot read /nowhere');
  });

  it('the password of the broker is better not in its address, and hidden in any case', () => {
    const ctx = context({ PACKIT_BROKER_PASSWORD: 'better-here' });
    expect(brokerInput(ctx, { broker: 'amqp://me:not-here@host' }).broker.address.password).toBe(
      'better-here',
    );
    expect(brokerInput(context({}), {})).toMatchObject({
      name: 'packit',
      broker: { address: { hostname: 'localhost', password: undefined }, tls: { ca: undefined } },
    });
    expect(ctx.redactor.text('better-here')).toBe('***');
    expect(() => brokerInput(ctx, { name: 'a b' })).toThrow('"a b" is no name for queues');
  });
});
