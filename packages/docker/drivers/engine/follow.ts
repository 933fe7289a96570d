import { createInterface } from 'node:readline';
import { DriverError } from '@nebula/errors';
import type { z } from 'zod';
import type { EngineHttp } from './http.ts';

/** Reads the engine's events of some types (and, where named, actions) as they come; those that are not understood are left out. */
export async function* follow<T>(
  http: EngineHttp,
  path: (rest: string, signal?: AbortSignal) => Promise<string>,
  { since, ...wanted }: { type: readonly string[]; event?: readonly string[]; since: Date | null },
  reply: z.ZodType<T>,
  signal: AbortSignal,
): AsyncGenerator<T> {
  const filters = encodeURIComponent(JSON.stringify(wanted));
  const from = since === null ? '' : `&since=${(since.getTime() / 1000).toFixed(3)}`;
  const response = await http.stream({
    method: 'GET',
    path: await path(`/events?filters=${filters}${from}`, signal),
    signal,
  });
  try {
    for await (const line of createInterface({ input: response, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (line === '') continue;
      const event = reply.safeParse(JSON.parse(line));
      if (event.success) yield event.data;
    }
  } catch (cause) {
    if (signal.aborted) return;
    throw new DriverError('unavailable', 'The container engine went away.', { cause });
  } finally {
    response.destroy();
  }
}
