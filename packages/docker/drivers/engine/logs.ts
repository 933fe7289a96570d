import { DriverError } from '@nebula/errors';
import type { LogLine, LogRequest } from '../../log.ts';
import type { EngineHttp } from './http.ts';
import { lineReader } from './log-lines.ts';

type PathOf = (rest: string, signal?: AbortSignal) => Promise<string>;

/** See the port's `logs`; the engine is read no faster than its reader takes lines. */
export async function* logs(
  http: EngineHttp,
  path: PathOf,
  id: string,
  { since, tail, follow }: LogRequest,
  signal: AbortSignal,
): AsyncGenerator<LogLine[]> {
  const query = new URLSearchParams({ stdout: '1', stderr: '1', timestamps: '1' });
  if (follow) query.set('follow', '1');
  if (since !== null) query.set('since', since);
  if (tail !== null) query.set('tail', String(tail));
  const rest = `/containers/${encodeURIComponent(id)}/logs?${query.toString()}`;
  const response = await http.stream({ method: 'GET', path: await path(rest, signal), signal });
  const reader = lineReader();
  try {
    for await (const chunk of response) {
      const lines = reader.push(chunk);
      if (lines.length > 0) yield lines;
    }
  } catch (cause) {
    if (signal.aborted) return;
    throw new DriverError('unavailable', 'The container engine went away.', { cause });
  } finally {
    response.destroy();
  }
}
