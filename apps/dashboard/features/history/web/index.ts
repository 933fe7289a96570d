import { ChartSpline } from 'lucide-react';
import { lazy } from 'react';
import type { WebFeature } from '../../../web/feature.ts';
import { menu } from './menu-copy.ts';
import { historyQuery, subjectsQuery } from './queries.ts';
import { readView } from './view.ts';

/** The web side of the history: what the machine and each app used, and how that changed. */
export const history: WebFeature = {
  id: 'history',
  nav: {
    title: menu.title,
    icon: ChartSpline,
    path: '/history',
    shortcut: 'g h',
    needs: 'history:read',
    section: 'machine',
  },
  routes: [
    {
      path: '/history',
      title: menu.title,
      access: 'signed-in',
      needs: 'history:read',
      load: async () => (await import('./history-page.tsx')).HistoryPage,
      prefetch: (client, { search }) => {
        const view = readView(search);
        void client.prefetchQuery(subjectsQuery);
        void client.prefetchQuery(historyQuery(view.subject ?? 'host', view));
      },
    },
  ],
  commands: [],
  topics: [],
};

export { useMarks } from './use-marks.ts';
export { readView, shownSpan, type View } from './view.ts';

/** The charts of one subject, for pages that show them beside other things; fetched when they are drawn. */
export const HistoryCharts = lazy(async () => ({
  default: (await import('./history-charts.tsx')).HistoryCharts,
}));

/** How far back is looked, in one bar. */
export const RangeBar = lazy(async () => ({ default: (await import('./range-bar.tsx')).RangeBar }));
