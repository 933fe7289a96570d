import type { Clock } from '@nebula/clock';
import type { Sql } from '@nebula/db';
import type { RunSummary } from '@nebula/journal';
import { postNotice } from '../notices/index.ts';

/** Tells those who may see runs that one failed or needs a person. */
export function postTrouble(clock: Clock): (sql: Sql, run: RunSummary) => Promise<void> {
  return async (sql, run) => {
    const isFailed = run.state === 'failed';
    const name = `${run.title}: ${run.target.name}`;
    await postNotice(sql, {
      to: { permission: 'jobs:read' },
      kind: isFailed ? 'jobs.run-failed' : 'jobs.run-unknown',
      level: isFailed ? 'danger' : 'warning',
      subject: isFailed ? `Failed: ${name}` : `Needs you: ${name}`,
      detail: detailOf(run),
      href: `/jobs/${run.id}`,
      dedupeKey: `run:${run.id}:${run.state}:${run.lookHere?.step ?? ''}`,
      at: clock.now(),
    });
  };
}

function detailOf({ error, isUndone, lookHere }: RunSummary): string {
  if (lookHere !== null) return `${lookHere.why} ${lookHere.next}`;
  const undone =
    isUndone === null
      ? ''
      : isUndone
        ? ' What it had done was taken back.'
        : ' Not all of it could be taken back.';
  return `${error?.message ?? 'It did not say why.'}${undone}`;
}
