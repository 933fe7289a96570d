import { ListChecks } from 'lucide-react';
import type { WebFeature } from '../../../web/feature.ts';
import { matters, menu } from './menu-copy.ts';
import { readFilter } from './filter.ts';
import { auditQuery } from './queries.ts';

/** The web side of the audit: who did what, and the proof that nobody changed the record. */
export const audit: WebFeature = {
  id: 'audit',
  nav: {
    title: menu.title,
    icon: ListChecks,
    path: '/audit',
    shortcut: 'g a',
    needs: 'audit:read',
    section: 'activity',
  },
  routes: [
    {
      path: '/audit',
      title: menu.title,
      access: 'signed-in',
      needs: 'audit:read',
      load: async () => (await import('./audit-page.tsx')).AuditPage,
      prefetch: (client, { search }) => void client.prefetchInfiniteQuery(auditQuery(readFilter(search))),
    },
  ],
  commands: [],
  matters,
  topics: [],
};
