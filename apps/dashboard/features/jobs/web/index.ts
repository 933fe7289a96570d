import { Workflow } from 'lucide-react';
import { lazy } from 'react';
import type { WebFeature } from '../../../web/feature.ts';
import { matters, menu } from './menu-copy.ts';
import { readRunFilter } from './filter.ts';
import { progressTopic, runTopic } from './live.ts';
import { runQuery, runsQuery, schedulesQuery } from './queries.ts';

export { progressTopic } from './live.ts';
export { runLook, stepLook, took } from './run-look.ts';
export { useSecond } from './second.ts';

/** The web side of runs: what was started, how far it is, how it ended. */
export const jobs: WebFeature = {
  id: 'jobs',
  nav: {
    title: menu.title,
    icon: Workflow,
    path: '/jobs',
    shortcut: 'g j',
    needs: 'jobs:read',
    section: 'activity',
  },
  routes: [
    {
      path: '/jobs',
      title: menu.title,
      access: 'signed-in',
      needs: 'jobs:read',
      load: async () => (await import('./jobs-page.tsx')).JobsPage,
      prefetch: (client, { search }) => void client.prefetchInfiniteQuery(runsQuery(readRunFilter(search))),
    },
    {
      path: '/jobs/queue',
      title: menu.queue,
      access: 'signed-in',
      needs: 'jobs:read',
      load: async () => (await import('./queue-page.tsx')).QueuePage,
    },
    {
      path: '/jobs/schedules',
      title: menu.schedules,
      access: 'signed-in',
      needs: 'jobs:read',
      load: async () => (await import('./schedules-page.tsx')).SchedulesPage,
      prefetch: (client) => void client.prefetchQuery(schedulesQuery),
    },
    {
      path: '/jobs/$id',
      title: menu.one,
      access: 'signed-in',
      needs: 'jobs:read',
      load: async () => (await import('./run-page.tsx')).RunPage,
      prefetch: (client, { params: { id = '' } }) => void client.prefetchQuery(runQuery(id)),
    },
  ],
  commands: [],
  matters,
  topics: [runTopic, progressTopic],
};

/** How one run goes, step by step, for the page of what it works on; fetched when it is drawn. */
export const RunProgress = lazy(async () => ({
  default: (await import('./run-progress.tsx')).RunProgress,
}));
