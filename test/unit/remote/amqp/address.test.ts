import { describe, expect, it } from '@jest/globals';
import { displayBroker, parseBrokerAddress } from '../../../../src/remote/amqp/index.ts';

describe('the address of a broker', () => {
  it('is read in every part', () => {
    expect(parseBrokerAddress('amqps://fedora:p%40ss@rabbitmq.example.org:5700/%2Fpublic_pubsub')).toEqual({
      protocol: 'amqps',
      hostname: 'rabbitmq.example.org',
      port: 5700,
      username: 'fedora',
      password: 'p@ss',
      vhost: '/public_pubsub',
    });
  });

  it.each([
    ['amqp://', { hostname: 'localhost', port: 5672, vhost: '/', username: undefined, password: undefined }],
    ['amqps://host', { hostname: 'host', port: 5671, vhost: '/' }],
    ['amqp://host/', { vhost: '/' }],
    ['amqp://host/%2F', { vhost: '/' }],
    ['amqp://host/ci', { vhost: 'ci' }],
    ['amqp://user@host', { username: 'user', password: '' }],
    ['amqp://[::1]:5673', { hostname: '::1', port: 5673 }],
  ])('%s leaves open what has a default', (text, expected) => {
    expect(parseBrokerAddress(text)).toMatchObject(expected);
  });

  it.each(['http://host', 'host', '', 'amqp://host/a/b', 'amqp://u:%zz@host'])('%s is none', (text) => {
    expect(() => parseBrokerAddress(text)).toThrow(/^The address of the message broker cannot be used: /);
  });

  it('is shown without user and password', () => {
    const shown = (text: string) => displayBroker(parseBrokerAddress(text));
    expect(shown('amqp://me:secret@host/ci')).toBe('amqp://host/ci');
    expect(shown('amqps://me:secret@[::1]:1234/%2Fa')).toBe('amqps://[::1]:1234/%2Fa');
  });

  it('does not show the password when it cannot be used', () => {
    expect(() => parseBrokerAddress('amqp://me:hush%zz@host')).toThrow(/^(?!.*hush)/);
  });
});
