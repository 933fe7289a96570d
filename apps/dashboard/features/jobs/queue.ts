import { type Page, pageWindow } from '@nebula/contract';
import { AppError } from '@nebula/errors';
import type { Jobs, QueuedJob as QueuedRow } from '@nebula/jobs';
import type { Context } from '@nebula/runtime';
import { jobs as contract, type Queue, type QueuedJob, type QueuedState, type Schedule } from './contract.ts';

interface ListQuery {
  limit: number;
  cursor?: string | undefined;
  state?: QueuedState | undefined;
  name?: string | undefined;
}

const { actions } = contract;

/** The verbs of the queue and its schedules; see README. */
export function createQueue({ jobs }: { jobs: Jobs }) {
  async function find(context: Context, id: string): Promise<QueuedRow> {
    const job = await jobs.find(context.sql, id);
    if (job === null) throw new AppError('NOT_FOUND', 'There is no such job in the queue any more.');
    return job;
  }

  return {
    async counts({ sql }: Context): Promise<{ items: Queue[] }> {
      const counts = await jobs.counts(sql);
      return {
        items: counts.map((count) => ({
          ...count,
          oldestWaitingAt: count.oldestWaitingAt?.toISOString() ?? null,
        })),
      };
    },

    async list({ sql }: Context, { limit, cursor, ...filter }: ListQuery): Promise<Page<QueuedJob>> {
      const rows = await jobs.queued(sql, filter, cursor ?? null, limit + 1);
      const { items, next } = pageWindow(rows, limit, (row) => row.id);
      return { items: items.map(shown), next };
    },

    async retry(context: Context, id: string): Promise<QueuedJob> {
      const { name } = await find(context, id);
      return await context.write(actions.retry, { type: 'job', id, name }, async ({ sql, record }) => {
        const before = await jobs.find(sql, id);
        const mayRetry = before?.state === 'dead' || before?.state === 'retrying';
        if (!mayRetry || !(await jobs.retry(sql, id))) {
          throw new AppError(
            'JOB_NOT_RETRYABLE',
            'Only a job that failed and is not running can be retried.',
          );
        }
        record({ before: { state: before.state, error: before.error } });
        return shown({ ...before, state: 'waiting', attempts: 0 });
      });
    },

    async discard(context: Context, id: string): Promise<void> {
      const { name } = await find(context, id);
      await context.write(actions.discard, { type: 'job', id, name }, async ({ sql, record }) => {
        const before = await jobs.find(sql, id);
        if (before?.state !== 'dead' || !(await jobs.remove(sql, id))) {
          throw new AppError('JOB_NOT_DEAD', 'Only a job that was given up can be taken out of the queue.');
        }
        record({ before: { state: before.state, error: before.error } });
      });
    },

    async schedules({ sql }: Context): Promise<{ items: Schedule[] }> {
      const states = await jobs.schedules(sql);
      return {
        items: states.map(({ name, everyMs, nextAt, last }) => ({
          name,
          everySeconds: everyMs / 1000,
          nextAt: nextAt.toISOString(),
          last:
            last === null
              ? null
              : {
                  ...last,
                  startedAt: last.startedAt.toISOString(),
                  finishedAt: last.finishedAt.toISOString(),
                },
        })),
      };
    },

    async runSchedule(context: Context, name: string): Promise<void> {
      await context.write(actions['run-schedule'], { type: 'schedule', id: name, name }, async ({ sql }) => {
        if (await jobs.runNow(sql, name)) return;
        throw new AppError('NOT_FOUND', 'There is no schedule of this name.');
      });
    },
  };
}

/** A job on the wire. */
function shown(job: QueuedRow): QueuedJob {
  return {
    ...job,
    runAt: job.runAt.toISOString(),
    createdAt: job.createdAt.toISOString(),
    startedAt: job.startedAt?.toISOString() ?? null,
  };
}
