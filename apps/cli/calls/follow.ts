import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, type Client } from '@nebula/contract/client';
import type { DashboardApi } from '@nebula/dashboard/contract';
import { type ExitCode, exitCodes, Failure } from '../failure.ts';

type Run = Awaited<ReturnType<Client<DashboardApi>['jobs']['get']>>;

/** Milliseconds between two looks at a run. */
const lookEveryMs = [100, 200, 300, 500, 1000];
/** A server that restarts meanwhile goes on with its runs; so long its absence is borne. */
const patienceMs = 120_000;

/**
 * Looks at a run until it has ended and tells each step as it goes.
 *
 * @param say gets one line at a time
 * @throws {Failure} when the run cannot be seen; it goes on all the same
 */
export async function followRun(
  client: Client<DashboardApi>,
  runId: string,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<Run> {
  const told = new Set<string>();
  const tellOnce = (line: string) => {
    if (told.has(line)) return;
    told.add(line);
    say(line);
  };
  let lastSeen = performance.now();
  for (let look = 0; ; look += 1) {
    try {
      const run = await client.jobs.get({ params: { id: runId }, signal });
      lastSeen = performance.now();
      for (const line of linesOf(run)) tellOnce(line);
      if (isEnded(run)) return run;
    } catch (error) {
      if (signal.aborted || !isPassing(error) || performance.now() - lastSeen > patienceMs) {
        throw outOfSight(runId, signal, error);
      }
    }
    try {
      await sleep(lookEveryMs[Math.min(look, lookEveryMs.length - 1)], undefined, { signal });
    } catch (error) {
      throw outOfSight(runId, signal, error);
    }
  }
}

/** The exit code that tells how a run ended. */
export function exitCodeOfRun({ state }: Pick<Run, 'state'>): ExitCode {
  if (state === 'unknown') return exitCodes.runUnknown;
  return state === 'succeeded' ? exitCodes.ok : exitCodes.runFailed;
}

/** One line that tells how a run ended, and where to look when nobody knows. */
export function endOf(run: Run): string {
  const name = `${run.title} ${run.target.name}`;
  if (run.state === 'succeeded') return `${name}: succeeded.`;
  if (run.state === 'unknown') {
    const here = run.lookHere;
    const what = here === null ? '' : ` ${here.why} ${here.next}`;
    return `${name}: nobody knows whether the step "${here?.step ?? '?'}" happened.${what} Then: nebula jobs resolve ${run.id} --verdict done|not-done`;
  }
  const undone = run.isUndone === false ? ' What it had done could not all be taken back.' : '';
  return `${name}: ${run.state}. ${run.error?.message ?? ''}${undone}`.trim();
}

function linesOf(run: Run): string[] {
  const { steps } = run;
  const waiting = run.isWaiting ? ['waiting for another run on the same target'] : [];
  return [
    ...waiting,
    ...steps.flatMap(({ title, state, error }, index) => {
      if (state === 'pending' || state === 'skipped') return [];
      const reason = error === null ? '' : `: ${error.message}`;
      return [`[${index + 1}/${steps.length}] ${title}: ${words[state] ?? state}${reason}`];
    }),
  ];
}

const words: Record<string, string> = {
  intent: 'running',
  unknown: 'nobody knows',
  'undo-intent': 'taking back',
  undone: 'taken back',
  'undo-failed': 'could not be taken back',
  'undo-unknown': 'nobody knows whether it was taken back',
};

function isEnded({ state }: Run): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'cancelled' || state === 'unknown';
}

function isPassing(error: unknown): boolean {
  return error instanceof ApiError && [0, 429, 502, 503, 504].includes(error.status);
}

function outOfSight(runId: string, signal: AbortSignal, cause: unknown): Failure {
  const next = `It goes on; look with \`nebula jobs get ${runId}\`.`;
  if (signal.aborted)
    return new Failure(exitCodes.interrupted, `Run ${runId} is no longer followed.`, { next });
  if (cause instanceof ApiError && (cause.status === 401 || cause.status === 403)) {
    const sentence = `Run ${runId} was started, but this key may not see runs (jobs:read).`;
    return new Failure(exitCodes.denied, sentence, { next: 'Use --no-wait, or a key that may.', cause });
  }
  return new Failure(exitCodes.unreachable, `Run ${runId} is out of sight: ${messageOf(cause)}`, {
    next,
    cause,
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
