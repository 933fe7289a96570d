import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '@nebula/contract/client';
import { usage } from '../failure.ts';
import { safeText } from '../output/safe-text.ts';
import type { Terminal } from '../output/terminal.ts';

/** Seconds between two looks when nobody says how many. */
const usual = 2;

/** Seconds that `--watch [seconds]` asks for; undefined without it. Throws a usage failure for what is no such number. */
export function watchSeconds(option: unknown): number | undefined {
  if (option === undefined) return undefined;
  if (option === true) return usual;
  const seconds = /^\d{1,4}(\.\d)?$/.test(String(option)) ? Number(option) : 0;
  if (seconds >= 0.5 && seconds <= 3600) return seconds;
  throw usage('--watch takes seconds, from 0.5 to 3600.');
}

/**
 * Shows something again and again until the person interrupts: on a terminal in the same place, else below each other. A server
 * that is away for a moment is waited for.
 *
 * @param read makes the text to show
 */
export async function watch(
  seconds: number,
  read: () => Promise<string>,
  {
    terminal,
    print,
    tell,
    signal,
  }: { terminal: Terminal; print(text: string): void; tell(text: string): void; signal: AbortSignal },
): Promise<void> {
  const clear = terminal.columns === null ? '' : '\u001b[H\u001b[2J';
  for (let look = 0; !signal.aborted; look += 1) {
    try {
      print(clear + (await read()));
    } catch (error) {
      if (signal.aborted) return;
      if (look === 0 || !isPassing(error)) throw error;
      tell(`${safeText(error.message)} Trying again.\n`);
    }
    await sleep(seconds * 1000, undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}

function isPassing(error: unknown): error is ApiError {
  return error instanceof ApiError && [0, 429, 502, 503, 504].includes(error.status);
}
