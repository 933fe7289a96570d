import { createInterface } from 'node:readline';
import { DriverError } from '@nebula/errors';
import { z } from 'zod';
import type { PullProgress, RegistryCredentials } from '../../image.ts';
import type { Docker } from '../../index.ts';
import type { EngineHttp } from './http.ts';

/** One line of the answer of `POST /images/create`. */
const Line = z.object({
  status: z.string().optional(),
  id: z.string().optional(),
  error: z.string().optional(),
  progressDetail: z.object({ current: z.number().optional(), total: z.number().optional() }).optional(),
});

/** Fetches an image; the engine answers at once and tells in the stream what fails. */
export async function pull(
  http: EngineHttp,
  path: (rest: string, signal?: AbortSignal) => Promise<string>,
  reference: string,
  { credentials, onProgress, signal }: Parameters<Docker['pull']>[1],
): Promise<void> {
  const query = `fromImage=${encodeURIComponent(withTag(reference))}`;
  const response = await http.stream({
    method: 'POST',
    path: await path(`/images/create?${query}`, signal),
    ...(credentials === undefined ? {} : { headers: { 'x-registry-auth': authOf(credentials) } }),
    ...(signal && { signal }),
    timeoutMs: 60_000,
  });
  const layers = new Map<string, { current: number; total: number }>();
  try {
    for await (const text of createInterface({ input: response, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (text === '') continue;
      const line = Line.parse(JSON.parse(text));
      if (line.error !== undefined) throw new DriverError('rejected', line.error);
      const { current = 0, total = 0 } = line.progressDetail ?? {};
      if (line.id !== undefined && total > 0) layers.set(line.id, { current, total });
      onProgress?.(progressOf(line.status ?? '', layers));
    }
  } catch (cause) {
    if (signal?.aborted) throw signal.reason;
    if (cause instanceof DriverError) throw cause;
    throw new DriverError('unavailable', 'The container engine went away while it fetched the image.', {
      cause,
    });
  } finally {
    response.destroy();
  }
}

function progressOf(
  message: string,
  layers: ReadonlyMap<string, { current: number; total: number }>,
): PullProgress {
  let current = 0;
  let total = 0;
  for (const layer of layers.values()) {
    current += layer.current;
    total += layer.total;
  }
  return { fraction: total === 0 ? null : Math.min(1, current / total), message };
}

/** Without a tag the engine would fetch all of them. */
function withTag(reference: string): string {
  const last = reference.slice(reference.lastIndexOf('/') + 1);
  return last.includes(':') || last.includes('@') ? reference : `${reference}:latest`;
}

/**
 * RFC 4648 section 5 with its padding: an engine that misses that takes the text for no login at all, and says nothing of it.
 */
function authOf({ registry, username, password }: RegistryCredentials): string {
  const text = JSON.stringify({ serveraddress: registry, username, password });
  return Buffer.from(text).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}
