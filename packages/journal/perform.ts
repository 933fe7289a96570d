import { type Clock, type Duration, duration } from '@nebula/clock';
import { StepTimeout } from './problem.ts';

/** Milliseconds that an interrupted step has to end. */
const graceMs = 5000;

/** How an effect ended. `unsettled`: it was interrupted and still runs. */
export type Performed =
  | { kind: 'done'; result: unknown }
  | { kind: 'failed'; error: unknown }
  | { kind: 'interrupted'; by: Interruption }
  | { kind: 'unsettled'; by: Interruption | 'timeout'; settled: Promise<unknown> };

/** What may interrupt a step besides its timeout. */
export type Interruption = 'stop' | 'cancel' | 'lost';

/**
 * Runs an effect until it ends, its time is up, or one of `interruptions` aborts. An interrupted effect sees its signal
 * abort and has some seconds to end; when it still succeeds, that counts.
 */
export async function perform(
  work: (signal: AbortSignal) => Promise<unknown>,
  options: {
    timeout: Duration;
    title: string;
    clock: Clock;
    interruptions: Partial<Record<Interruption, AbortSignal>>;
  },
): Promise<Performed> {
  const { clock } = options;
  const timeout = new StepTimeout(`“${options.title}” did not end within ${options.timeout}.`);
  const abort = new AbortController();
  const ended = new AbortController();
  const settled = invoke(work, abort.signal);
  try {
    const first = await Promise.race([
      settled,
      expired(clock, duration(options.timeout), ended.signal).then(() => 'timeout' as const),
      ...Object.entries(options.interruptions).map(([by, signal]) => aborted(signal, by, ended.signal)),
    ]);
    if (typeof first !== 'string') return first;
    const by = isInterruption(first) ? first : 'timeout';
    abort.abort(by === 'timeout' ? timeout : (options.interruptions[by]?.reason ?? new Error(by)));
    const last = await Promise.race([settled, expired(clock, graceMs, ended.signal)]);
    if (last === undefined) return { kind: 'unsettled', by, settled };
    if (last.kind === 'done') return last;
    return by === 'timeout' ? { kind: 'failed', error: timeout } : { kind: 'interrupted', by };
  } finally {
    ended.abort();
  }
}

async function invoke(
  work: (signal: AbortSignal) => Promise<unknown>,
  signal: AbortSignal,
): Promise<Performed & { kind: 'done' | 'failed' }> {
  try {
    return { kind: 'done', result: await work(signal) };
  } catch (error) {
    return { kind: 'failed', error };
  }
}

function isInterruption(text: string): text is Interruption {
  return text === 'stop' || text === 'cancel' || text === 'lost';
}

/** Sleeps for `ms` or until the signal aborts, whichever comes first. */
export async function sleepUnless(signal: AbortSignal, clock: Clock, ms: number): Promise<void> {
  try {
    await clock.sleep(ms, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Resolves after `ms`; never when `ended` aborts first. */
async function expired(clock: Clock, ms: number, ended: AbortSignal): Promise<undefined> {
  try {
    await clock.sleep(ms, ended);
  } catch (error) {
    if (!ended.aborted) throw error;
    await new Promise(() => undefined);
  }
  return undefined;
}

/** Resolves with `name` when `signal` aborts. */
function aborted(signal: AbortSignal, name: string, ended: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(name);
    else signal.addEventListener('abort', () => resolve(name), { once: true, signal: ended });
  });
}
