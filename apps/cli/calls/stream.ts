import { ApiError, problemOf, reach } from '@nebula/contract/client';
import { exitCodes, Failure } from '../failure.ts';
import { safeJson } from '../output/safe-text.ts';
import type { Server } from './server.ts';

/**
 * Opens a server-sent event stream and prints one JSON line per event, until the server or the person ends it.
 *
 * @throws {ApiError} when the server refuses
 * @throws {Failure} when the stream breaks
 */
export async function printStream(
  server: Server,
  url: string,
  signal: AbortSignal,
  print: (text: string) => void,
): Promise<void> {
  const response = await open(server, url, signal);
  try {
    for await (const event of eventsOf(textOf(response))) print(`${safeJson(event)}\n`);
  } catch (cause) {
    if (signal.aborted) return;
    throw new Failure(exitCodes.unreachable, 'The stream broke.', { next: 'Start it again.', cause });
  }
}

/** One event of a stream; `data` is what its JSON says, or the text when it is none. */
export interface StreamEvent {
  id?: string;
  event: string;
  data: unknown;
}

/** Reads events as WHATWG HTML §9.2.6 says, across whatever pieces the text comes in. */
export async function* eventsOf(pieces: AsyncIterable<string>): AsyncGenerator<StreamEvent> {
  let waiting = '';
  let lines: string[] = [];
  for await (const piece of pieces) {
    const parts = (waiting + piece).split('\n');
    waiting = parts.pop() ?? '';
    for (const part of parts) {
      const line = part.replace(/\r$/, '');
      if (line !== '') {
        lines.push(line);
        continue;
      }
      const event = eventOf(lines);
      lines = [];
      if (event !== undefined) yield event;
    }
  }
}

function eventOf(lines: string[]): StreamEvent | undefined {
  const found = new Map<string, string[]>();
  for (const line of lines) {
    const [, name = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/.exec(line) ?? [];
    found.set(name, [...(found.get(name) ?? []), value]);
  }
  const data = found.get('data')?.join('\n');
  if (data === undefined) return undefined;
  const id = found.get('id')?.at(-1);
  const event = found.get('event')?.at(-1) ?? 'message';
  return { ...(id === undefined ? {} : { id }), event, data: parsed(data) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: the text itself is the data.
    return text;
  }
}

async function* textOf(response: Response): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) yield decoder.decode(chunk, { stream: true });
}

async function open(server: Server, url: string, signal: AbortSignal): Promise<Response> {
  const response = await reach(server.fetch, url, { headers: { accept: 'text/event-stream' }, signal });
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
  if (response.ok && isStream) return response;
  throw new ApiError(problemOf(response, await response.text()));
}
