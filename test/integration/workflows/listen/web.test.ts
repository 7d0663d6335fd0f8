/** The doors over real HTTP: what a forge sends, what Prometheus asks. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { PackitError } from '../../../../src/errors.ts';
import { createMetrics } from '../../../../src/workflows/listen/metrics.ts';
import { openMonitor } from '../../../../src/workflows/listen/monitor.ts';
import { LARGEST_BODY, openWebDoor } from '../../../../src/workflows/listen/web/index.ts';
import type { HandledEvent } from '../../../../src/workflows/listen/index.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function door(enqueue: (event: HandledEvent) => Promise<void> = async () => {}) {
  const events: HandledEvent[] = [];
  const said: string[] = [];
  const counted: string[] = [];
  const opened = await openWebDoor({
    address: { host: '127.0.0.1', port: 0 },
    secrets: { github: 'secret', gitlab: 'token' },
    async enqueue(event) {
      await enqueue(event);
      events.push(event);
    },
    say: (line) => void said.push(line),
    count: (from, result) => void counted.push(`${from} ${result}`),
  });
  closing.push(() => opened.close());
  const url = `http://127.0.0.1:${opened.address.port}`;
  return { url, port: opened.address.port, events, said, counted, opened };
}

function github(url: string, body: string | Buffer, headers: Record<string, string> = {}) {
  return fetch(`${url}/webhooks/github`, {
    method: 'POST',
    body: body as string,
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
      'x-hub-signature-256': `sha256=${createHmac('sha256', 'secret').update(body).digest('hex')}`,
      ...headers,
    },
  });
}

describe('the door for webhooks', () => {
  it('queues, then answers', async () => {
    let queued = false;
    const { url, events, counted } = await door(async () => {
      await new Promise((done) => setTimeout(done, 50));
      queued = true;
    });
    const response = await github(url, '{"ref":"refs/heads/main","text":"é"}');
    expect([response.status, await response.text(), queued]).toEqual([202, 'queued\n', true]);
    expect(events).toEqual([
      {
        source: 'webhook',
        forge: 'github',
        name: 'push',
        payload: { ref: 'refs/heads/main', text: 'é' },
        id: 'github:72d3162e-cc78-11e3-81ab-4c9367dc0958',
      },
    ]);
    expect(counted).toEqual(['github queued']);
  });

  it('answers 503 when the queue did not confirm, and says when to come again', async () => {
    const { url, events, said, counted } = await door(async () => {
      throw new PackitError('QUEUE_AWAY', 'The message broker is away');
    });
    const response = await github(url, '{}');
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('60');
    expect(events).toEqual([]);
    expect(said).toEqual([
      'github:72d3162e-cc78-11e3-81ab-4c9367dc0958 (push) could not be queued: The message broker is away',
    ]);
    expect(counted).toEqual(['github failed']);
  });

  it('refuses a wrong signature', async () => {
    const { url, events, said } = await door();
    const response = await github(url, '{}', { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` });
    expect(response.status).toBe(403);
    expect(await response.text()).toBe('the request is not taken: its signature is not that of the secret\n');
    expect(events).toEqual([]);
    expect(said).toHaveLength(1);
  });

  it('takes 25 MiB and not a byte more', async () => {
    const { url, events } = await door();
    const body = (length: number): Buffer => Buffer.from(`{"a":"${'x'.repeat(length - 8)}"}`);
    expect((await github(url, body(LARGEST_BODY))).status).toBe(202);
    expect(events).toHaveLength(1);
    const large = await github(url, body(LARGEST_BODY + 1)).then(
      ({ status }) => status,
      // The connection is closed while the rest is still on its way.
      () => 413,
    );
    expect(large).toBe(413);
    expect(events).toHaveLength(1);
  });

  it('does not wait for the end of what says no length and does not end', async () => {
    const { port, events } = await door();
    const answer = await new Promise<string>((done) => {
      const socket = connect(port, '127.0.0.1');
      let text = '';
      socket.on('data', (chunk) => (text += String(chunk)));
      socket.on('error', () => {});
      socket.on('close', () => done(text));
      socket.write('POST /webhooks/github HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n');
      const chunk = `100000\r\n${'x'.repeat(0x100000)}\r\n`;
      const more = (): void => {
        if (!socket.destroyed && socket.writable) socket.write(chunk, () => setImmediate(more));
      };
      more();
    });
    expect(answer.split('\r\n')[0]).toBe('HTTP/1.1 413 Payload Too Large');
    expect(events).toEqual([]);
  });

  it('answers GET with what it takes, and says that it lives', async () => {
    const { url } = await door();
    expect((await fetch(`${url}/webhooks/github`)).status).toBe(405);
    expect((await fetch(`${url}/live`)).status).toBe(200);
    expect((await fetch(`${url}/metrics`)).status).toBe(405);
  });

  it('answers what it has begun with when it is closed, and then takes nothing', async () => {
    let letGo = (): void => {};
    let started = (): void => {};
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const begun = new Promise<void>((resolve) => (started = resolve));
    const { url, opened } = await door(async () => {
      started();
      await held;
    });
    const answer = github(url, '{}');
    await begun;
    const closed = opened.close();
    letGo();
    expect((await answer).status).toBe(202);
    await closed;
    await expect(github(url, '{}')).rejects.toThrow();
  });

  it('says which address it cannot have', async () => {
    const { port } = await door();
    await expect(
      openWebDoor({
        address: { host: '127.0.0.1', port },
        secrets: {},
        enqueue: async () => {},
        say: () => {},
        count: () => {},
      }),
    ).rejects.toMatchObject({ code: 'LISTEN_ADDRESS' });
  });
});

describe('the monitor', () => {
  it('is alive, ready or not and why, and gives Prometheus what it asks for', async () => {
    const problems: string[] = ['it is starting'];
    const metrics = createMetrics(
      {
        running: () => 3,
        connected: () => ({ queue: true, messages: false }),
        depths: async () => ({ events: 4, dead: 1 }),
      },
      { name: 'packit-stg', version: '1.2.3' },
    );
    metrics.event('github', 'queued');
    metrics.job('events', 'done');
    metrics.took('events', 3);
    metrics.waited('events', 0.2);
    metrics.retry('service');
    const monitor = await openMonitor({
      address: { host: '127.0.0.1', port: 0 },
      metrics,
      problems: () => problems,
    });
    closing.push(() => monitor.close());
    const get = async (path: string) => {
      const response = await fetch(`http://127.0.0.1:${monitor.address.port}${path}`);
      return {
        status: response.status,
        text: await response.text(),
        type: response.headers.get('content-type'),
      };
    };
    expect(await get('/live')).toMatchObject({ status: 200 });
    expect(await get('/ready')).toMatchObject({ status: 503, text: 'it is starting\n' });
    problems.pop();
    expect(await get('/ready')).toMatchObject({ status: 200 });
    expect(await get('/nothing')).toMatchObject({ status: 404 });
    const { text, type } = await get('/metrics');
    expect(type).toBe('text/plain; version=0.0.4; charset=utf-8');
    const lines = text.split('\n');
    for (const line of [
      'packit_info{version="1.2.3",name="packit-stg"} 1',
      'packit_events_total{source="github",result="queued",name="packit-stg"} 1',
      'packit_jobs_total{lane="events",outcome="done",name="packit-stg"} 1',
      'packit_jobs_total{lane="long",outcome="dead",name="packit-stg"} 0',
      'packit_retries_total{kind="service",name="packit-stg"} 1',
      'packit_jobs_running{name="packit-stg"} 3',
      'packit_broker_connected{broker="queue",name="packit-stg"} 1',
      'packit_broker_connected{broker="messages",name="packit-stg"} 0',
      'packit_queue_messages{queue="events",name="packit-stg"} 4',
      'packit_queue_messages{queue="dead",name="packit-stg"} 1',
      'packit_job_seconds_bucket{le="5",name="packit-stg",lane="events"} 1',
      'packit_job_seconds_bucket{le="2",name="packit-stg",lane="events"} 0',
      'packit_event_wait_seconds_count{name="packit-stg",lane="events"} 1',
    ]) {
      expect(lines).toContain(line);
    }
    // Every line is a comment or a sample.
    for (const line of lines)
      expect(line).toMatch(/^(?:# (?:HELP|TYPE) |[a-z_\d]+(?:\{.*\})? (?:[-+.e\d]+|Nan|\+Inf)$|$)/);
  });
});
