import { defineFeature } from '@nebula/runtime';
import type { Resources } from '../../resources.ts';
import { jobs } from './contract.ts';
import { jobsOverview } from './overview.ts';
import { createRuns } from './service.ts';

export const jobsFeature = defineFeature<Resources, typeof jobs>({
  contract: jobs,
  setUp({ clock, journal }) {
    const service = createRuns({ journal });
    return {
      overview: jobsOverview(journal, clock),
      routes: {
        list: (context, { query }) => service.list(context, query),
        get: (context, { params }) => service.get(context, params.id),
        cancel: (context, { params }) => service.cancel(context, params.id),
        resolve: (context, { params, body }) => service.resolve(context, params.id, body.verdict),
      },
    };
  },
});
