import { describe, expect, it } from '@jest/globals';
import { decodeMessage } from '../../../../src/remote/fedora-messaging/index.ts';

function wire(content: string | Buffer, properties: object = {}) {
  return {
    content: Buffer.from(content as string),
    fields: {
      routingKey: 'org.fedoraproject.prod.copr.build.end',
      deliveryTag: 1,
      redelivered: false,
      exchange: '',
      consumerTag: '',
    },
    properties: { headers: undefined, ...properties } as never,
  };
}

describe('a message of Fedora Messaging', () => {
  it('is read with its headers', () => {
    const decoded = decodeMessage(
      wire('{"build": 1}', {
        messageId: 'a3b1',
        contentEncoding: 'utf-8',
        headers: {
          fedora_messaging_schema: 'copr.build.end',
          fedora_messaging_severity: 30,
          'sent-at': '2026-08-01T12:00:00+00:00',
        },
      }),
    );
    expect(decoded).toEqual({
      message: {
        id: 'a3b1',
        topic: 'org.fedoraproject.prod.copr.build.end',
        body: { build: 1 },
        sentAt: '2026-08-01T12:00:00+00:00',
        severity: 30,
      },
    });
  });

  it('may lack every header', () => {
    expect(decodeMessage(wire('{}')).message).toEqual({
      id: undefined,
      topic: 'org.fedoraproject.prod.copr.build.end',
      body: {},
      sentAt: undefined,
      severity: 20,
    });
  });

  it.each([
    [Buffer.from([0x7b, 0xff, 0x7d]), {}, 'its body is no utf-8'],
    ['{', {}, 'its body is no JSON'],
    ['[1]', {}, 'its body is no JSON object'],
    ['null', {}, 'its body is no JSON object'],
    ['{}', { contentEncoding: 'klingon' }, 'its body is no klingon'],
  ])('%p with %p cannot be read', (content, properties, problem) => {
    expect(decodeMessage(wire(content, properties))).toEqual({ problem });
  });

  it('is read in the encoding it names', () => {
    const decoded = decodeMessage(
      wire(Buffer.from('{"a":"\xe9"}', 'latin1'), { contentEncoding: 'iso-8859-1' }),
    );
    expect(decoded.message?.body).toEqual({ a: 'é' });
  });
});
