import type { Clock } from '@nebula/clock';
import type { Database } from '@nebula/db';
import type { Log } from '@nebula/log';
import { Fenced } from './problem.ts';
import type { RunRow } from './store.ts';
import { beat } from './store.ts';

/** Milliseconds between heartbeats of a worker. */
const beatMs = 2000;
/** A worker that could not show for so long that it lives stops its effects, before others take the run. */
const silentMs = 20_000;

/** A run that this worker holds, kept by heartbeats. */
export interface Lease {
  /** Aborts when a person asks for a cancel. */
  readonly cancel: AbortSignal;
  /** Aborts with {@link Fenced} when another worker has the run, or with another reason while the database is away. */
  lost(): AbortSignal;
  /** Says that a fenced write has just succeeded: the run is ours. */
  confirm(): void;
  end(): void;
}

/**
 * Keeps a run by heartbeats. Spans are measured by sleeping, so a jump of the machine's time neither loses a run nor
 * takes one.
 */
export function holdLease(database: Database, clock: Clock, log: Log, held: RunRow): Lease {
  const ended = new AbortController();
  const cancel = new AbortController();
  let lost = new AbortController();
  if (held.isCancelRequested) cancel.abort();

  function confirm(): void {
    if (lost.signal.aborted && !(lost.signal.reason instanceof Fenced)) lost = new AbortController();
  }

  async function once(): Promise<boolean> {
    try {
      const isCancelRequested = await beat(database.sql, held.id, held.fence);
      if (isCancelRequested === null) {
        lost.abort(new Fenced(`Run ${held.id} has another worker`));
        ended.abort();
        return true;
      }
      if (isCancelRequested) cancel.abort();
      confirm();
      return true;
    } catch (error) {
      log.debug({ error }, 'the heartbeat of a run could not be written');
      return false;
    }
  }

  async function keep(): Promise<void> {
    let silent = 0;
    while (!ended.signal.aborted) {
      await clock.sleep(beatMs, ended.signal);
      const attempt = once();
      const late = new AbortController();
      const outcome = await Promise.race([
        attempt,
        clock.sleep(silentMs, AbortSignal.any([late.signal, ended.signal])).then(
          () => 'late' as const,
          () => 'ended' as const,
        ),
      ]);
      late.abort();
      silent = outcome === true ? 0 : silent + beatMs;
      if (outcome === 'late' || silent >= silentMs) {
        log.warn(
          { runId: held.id },
          'a run could not be kept; its step is interrupted until the database is back',
        );
        lost.abort(new Error('The database has been away for too long.'));
        await attempt;
      }
    }
  }

  keep().catch((error: unknown) => {
    if (!ended.signal.aborted) log.error({ error, runId: held.id }, 'the heartbeat of a run stopped');
  });
  return { cancel: cancel.signal, lost: () => lost.signal, confirm, end: () => ended.abort() };
}
