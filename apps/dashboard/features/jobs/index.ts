import { defineChore } from '@nebula/jobs';
import { defineFeature } from '@nebula/runtime';
import type { Resources } from '../../resources.ts';
import { jobs } from './contract.ts';
import { jobsMarkers } from './markers.ts';
import { jobsOverview } from './overview.ts';
import { createQueue } from './queue.ts';
import { createRuns } from './service.ts';

export { postTrouble } from './trouble.ts';

export const jobsFeature = defineFeature<Resources, typeof jobs>({
  contract: jobs,
  setUp({ journal, queue: jobQueue, database, clock, keepRunsDays }) {
    const service = createRuns({ journal });
    const queue = createQueue({ jobs: jobQueue });
    const clean = defineChore('jobs.remove-old-runs', async () => {
      const instant = new Date(clock.now().getTime() - keepRunsDays * 86_400_000);
      await journal.removeEndedBefore(database.sql, instant);
    });
    return {
      overview: jobsOverview(journal, clock),
      markers: jobsMarkers(journal),
      jobs: [clean],
      schedules: [{ job: clean, every: '12h' }],
      routes: {
        list: (context, { query }) => service.list(context, query),
        get: (context, { params }) => service.get(context, params.id),
        cancel: (context, { params }) => service.cancel(context, params.id),
        resolve: (context, { params, body }) => service.resolve(context, params.id, body.verdict),
        queues: (context) => queue.counts(context),
        listQueued: (context, { query }) => queue.list(context, query),
        retryQueued: (context, { params }) => queue.retry(context, params.id),
        discardQueued: (context, { params }) => queue.discard(context, params.id).then(() => undefined),
        schedules: (context) => queue.schedules(context),
        runSchedule: (context, { params }) => queue.runSchedule(context, params.name).then(() => undefined),
      },
    };
  },
});
