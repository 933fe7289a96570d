import { type Page, pageWindow } from '@nebula/contract';
import { AppError } from '@nebula/errors';
import type { Journal, RunSummary } from '@nebula/journal';
import type { Context, Target } from '@nebula/runtime';
import { jobs, type Run, type RunState } from './contract.ts';

interface ListQuery {
  limit: number;
  cursor?: string | undefined;
  state?: RunState | undefined;
  targetId?: string | undefined;
}

/** The verbs of runs; see README. */
export function createRuns({ journal }: { journal: Journal }) {
  async function find(context: Context, id: string): Promise<RunSummary> {
    const run = await journal.get(context.sql, id);
    if (run === null) throw new AppError('NOT_FOUND', 'There is no such run.');
    return run;
  }

  return {
    async list(context: Context, query: ListQuery): Promise<Page<Run>> {
      const { limit, cursor, state, targetId } = query;
      const filter = {
        ...(state === undefined ? {} : { states: [state] }),
        ...(targetId === undefined ? {} : { targetId }),
      };
      const rows = await journal.list(context.sql, filter, cursor ?? null, limit + 1);
      const { items, next } = pageWindow(rows, limit, (row) => row.id);
      return { items: items.map(shown), next };
    },

    get: async (context: Context, id: string): Promise<Run> => shown(await find(context, id)),

    async cancel(context: Context, id: string): Promise<Run> {
      const target = targetOf(await find(context, id));
      return await context.write(jobs.actions.cancel, target, async (change) => {
        change.record({ runId: id });
        return shown(await journal.cancel(change.sql, id));
      });
    },

    async resolve(context: Context, id: string, verdict: 'done' | 'not-done'): Promise<Run> {
      const target = targetOf(await find(context, id));
      return await context.write(jobs.actions.resolve, target, async (change) => {
        change.record({ runId: id, after: { verdict } });
        return shown(await journal.resolve(change.sql, id, verdict));
      });
    },
  };
}

function targetOf({ target }: RunSummary): Target {
  return target;
}

/** A run on the wire; its own events have the same shape. */
function shown(run: RunSummary): Run {
  return {
    id: run.id,
    kind: run.kind,
    title: run.title,
    state: run.state,
    outcome: run.outcome,
    isUndone: run.isUndone,
    isCancellable: run.isCancellable,
    isCancelRequested: run.isCancelRequested,
    isWaiting: run.isWaiting,
    target: run.target,
    actor: run.actor,
    requestId: run.requestId,
    error: run.error,
    lookHere: run.lookHere,
    createdAt: run.createdAt.toISOString(),
    startedAt: run.startedAt?.toISOString() ?? null,
    finishedAt: run.finishedAt?.toISOString() ?? null,
    steps: run.steps.map((step) => ({
      ...step,
      startedAt: step.startedAt?.toISOString() ?? null,
      finishedAt: step.finishedAt?.toISOString() ?? null,
    })),
  };
}
