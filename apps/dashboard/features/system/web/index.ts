import { Gauge } from 'lucide-react';
import type { WebFeature } from '../../../web/feature.ts';
import { matters, menu } from './menu-copy.ts';
import { sampleTopic, storageTopic } from './live.ts';
import { historyQuery, systemQuery, unitQuery } from './queries.ts';

/** The web side of the machine: what it does, its processes and its units. */
export const system: WebFeature = {
  id: 'system',
  nav: {
    title: menu.title,
    icon: Gauge,
    path: '/system',
    shortcut: 'g m',
    needs: 'system:read',
    section: 'machine',
  },
  routes: [
    {
      path: '/system',
      title: menu.title,
      access: 'signed-in',
      needs: 'system:read',
      load: async () => (await import('./system-page.tsx')).SystemPage,
      prefetch: (client) => {
        void client.prefetchQuery(systemQuery);
        void client.prefetchQuery(historyQuery);
      },
    },
    {
      path: '/system/units/$unit',
      title: menu.unit,
      access: 'signed-in',
      needs: 'system:read',
      load: async () => (await import('./unit-page.tsx')).UnitPage,
      prefetch: (client, { params: { unit = '' } }) => void client.prefetchQuery(unitQuery(unit)),
    },
  ],
  commands: [],
  matters,
  topics: [sampleTopic, storageTopic],
};
