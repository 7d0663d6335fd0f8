/** What packit wrote into a message's headers: texts and numbers. The broker's own (`x-death` and others) are left out. */
export function readHeaders(headers: unknown): Record<string, string | number> {
  if (typeof headers !== 'object' || headers === null) return {};
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      !name.startsWith('x-') && (typeof value === 'string' || typeof value === 'number')
        ? [[name, value]]
        : [],
    ),
  );
}

interface Death {
  reason: string;
  queue: string;
  time: string | undefined;
}

/** Why the broker itself put a message away, by its `x-death` header; the newest. */
export function lastDeath(headers: unknown): Death | undefined {
  if (typeof headers !== 'object' || headers === null || !('x-death' in headers)) return undefined;
  const first = Array.isArray(headers['x-death']) ? (headers['x-death'][0] as unknown) : undefined;
  if (typeof first !== 'object' || first === null) return undefined;
  const { reason, queue, time } = first as Record<string, unknown>;
  return { reason: String(reason), queue: String(queue), time: timeOf(time) };
}

/** A timestamp of AMQP: seconds, which amqplib hands over as `{'!': 'timestamp', value}`. */
function timeOf(value: unknown): string | undefined {
  const seconds = typeof value === 'object' && value !== null && 'value' in value ? value.value : value;
  return typeof seconds === 'number' ? new Date(seconds * 1000).toISOString() : undefined;
}
