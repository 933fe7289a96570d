import type { Clock } from '@nebula/clock';
import type { Journal, RunSummary } from '@nebula/journal';
import { type Attention, type Context, mattersOf, type OverviewPart } from '@nebula/runtime';
import { jobMatters } from './contract-matters.ts';

const matter = mattersOf('jobs', jobMatters);
const dayMs = 86_400_000;
const mostShown = 6;
const mostFailed = 20;

/** What runs give to the overview: those at work, those that failed lately and those that wait for a person. */
export function jobsOverview(journal: Journal, clock: Clock): OverviewPart {
  /** A run that went well afterwards, on the same target, makes good for one that failed. */
  async function isMadeGood(context: Context, run: RunSummary): Promise<boolean> {
    const filter = { kind: run.kind, targetId: run.target.id, states: ['succeeded' as const] };
    const [newest] = await journal.list(context.sql, filter, null, 1);
    return newest !== undefined && newest.createdAt > run.createdAt;
  }

  return {
    needs: 'jobs:read',
    async tile(context) {
      const states = ['queued' as const, 'running' as const, 'cancelling' as const, 'undoing' as const];
      const rows = await journal.list(context.sql, { states }, null, mostShown + 1);
      const running = rows.slice(0, mostShown).map(({ id, title, state, target, createdAt }) => {
        return { id, title, state, target: target.name, createdAt: createdAt.toISOString() };
      });
      return { running, hasMore: rows.length > mostShown };
    },
    async attention(context) {
      const unknown = await journal.list(context.sql, { states: ['unknown'] }, null, mostFailed);
      const failed = await journal.list(context.sql, { states: ['failed'] }, null, mostFailed);
      const since = clock.now().getTime() - dayMs;
      const recent = failed.filter(({ createdAt }) => createdAt.getTime() >= since);
      const good = await Promise.all(recent.map((run) => isMadeGood(context, run)));
      return [...unknown.map(ofUnknown), ...recent.filter((_, index) => good[index] !== true).map(ofFailed)];
    },
  };
}

function ofUnknown({ id, title, target }: RunSummary): Attention {
  const more = { id: `jobs.unknown.${id}`, severity: 'critical', path: `/jobs/${id}` } as const;
  return matter('unknown', { title, target: target.name }, more);
}

function ofFailed({ id, title, target, error }: RunSummary): Attention {
  const more = { id: `jobs.failed.${id}`, severity: 'warning', path: `/jobs/${id}` } as const;
  return matter('failed', { title, target: target.name, why: error?.message ?? '' }, more);
}
