import { setTimeout as sleep } from 'node:timers/promises';
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
  const response = await openUnlessStopped(server, url, signal);
  if (response === null) return;
  try {
    for await (const event of eventsOf(textOf(response))) print(`${safeJson(event)}\n`);
  } catch (cause) {
    if (signal.aborted) return;
    throw new Failure(exitCodes.unreachable, 'The stream broke.', { next: 'Start it again.', cause });
  }
}

/** Milliseconds before a stream that ended is opened again, for each try in a row. */
const againAfterMs = [1000, 2000, 5000];

/**
 * As {@link printStream}, but opens the stream again whenever it ends, after the last event that came, until the person
 * interrupts. The first opening must succeed.
 */
export async function followStream(
  server: Server,
  url: string,
  signal: AbortSignal,
  { print, tell }: { print(text: string): void; tell(text: string): void },
): Promise<void> {
  let lastId: string | undefined;
  for (let tries = 0, isFirst = true; !signal.aborted; isFirst = false) {
    try {
      const response = await open(server, url, signal, lastId);
      tries = 0;
      for await (const event of eventsOf(textOf(response))) {
        lastId = event.id ?? lastId;
        print(`${safeJson(event)}\n`);
      }
    } catch (error) {
      if (signal.aborted) return;
      const isRefused = error instanceof ApiError && ![0, 429, 502, 503, 504].includes(error.status);
      if (isFirst || isRefused) throw error;
    }
    if (signal.aborted) return;
    if (tries === 0) tell('The stream ended; opening it again.\n');
    await pause(againAfterMs[Math.min(tries, againAfterMs.length - 1)] ?? 0, signal);
    tries += 1;
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
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

/** Null when the person interrupted before there was an answer. */
async function openUnlessStopped(server: Server, url: string, signal: AbortSignal): Promise<Response | null> {
  try {
    return await open(server, url, signal);
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
}

async function open(server: Server, url: string, signal: AbortSignal, lastId?: string): Promise<Response> {
  const headers = {
    accept: 'text/event-stream',
    ...(lastId === undefined ? {} : { 'last-event-id': lastId }),
  };
  const response = await reach(server.fetch, url, { headers, signal });
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
  if (response.ok && isStream) return response;
  throw new ApiError(problemOf(response, await response.text()));
}
