import { FolderInput, Plus, Waypoints } from 'lucide-react';
import { api, type WebFeature } from '../../../web/feature.ts';
import { matters, menu } from './menu-copy.ts';
import { readDomainFilter } from './filter.ts';
import { domainRunTopic, domainTopic, importTopic } from './live.ts';
import { domainQuery, domainsQuery, runningQuery, tasksQuery, zonesQuery } from './queries.ts';

export { LifeBar } from './life-bar.tsx';
export { lifeLook } from './life-look.ts';
export { lifeWords } from './life-words.ts';

const page = { access: 'signed-in', needs: 'domains:read' } as const;

/** The web side of domains: names, where they lead, and the run that brings each to HTTPS. */
export const domains: WebFeature = {
  id: 'domains',
  nav: {
    title: menu.title,
    icon: Waypoints,
    path: '/domains',
    shortcut: 'g e',
    needs: 'domains:read',
    section: 'domains',
  },
  routes: [
    {
      ...{ ...page, path: '/domains', title: menu.title },
      load: async () => (await import('./domains-page.tsx')).DomainsPage,
      prefetch: (client, { search }) =>
        void client.prefetchInfiniteQuery(domainsQuery(readDomainFilter(search))),
    },
    {
      ...{ ...page, path: '/domains/new', title: menu.add, needs: 'domains:write' },
      load: async () => (await import('./add-page.tsx')).AddPage,
      prefetch: (client) => {
        void client.prefetchQuery(runningQuery);
        void client.prefetchQuery(zonesQuery);
      },
    },
    {
      ...{ ...page, path: '/domains/import', title: menu.import, needs: 'domains:write' },
      load: async () => (await import('./import-page.tsx')).ImportPage,
      prefetch: (client) => void client.prefetchQuery(zonesQuery),
    },
    {
      ...{ ...page, path: '/domains/$id', title: menu.one },
      load: async () => (await import('./domain-page.tsx')).DomainPage,
      prefetch: (client, { params: { id = '' } }) => {
        void client.prefetchQuery(domainQuery(id));
        void client.prefetchQuery(tasksQuery(id));
      },
    },
  ],
  commands: [
    {
      ...{ id: 'domains.add', title: menu.add, icon: Plus, section: menu.title },
      when: ({ permissions }) => permissions.includes('domains:write'),
      run: ({ goTo }) => goTo('/domains/new'),
    },
    {
      ...{ id: 'domains.import', title: menu.import, icon: FolderInput, section: menu.title },
      when: ({ permissions }) => permissions.includes('domains:write'),
      run: ({ goTo }) => goTo('/domains/import'),
    },
  ],
  topics: [domainTopic, importTopic, domainRunTopic],
  matters,
  find: async (text, { goTo }) => {
    const { items } = await api.domains.list({ query: { search: text.trim().slice(0, 253), limit: 8 } });
    return items.map(({ id, name, status }) => ({
      ...{ id: `domains.open.${id}`, title: name, help: menu.statuses[status], icon: Waypoints },
      section: menu.title,
      run: () => goTo(`/domains/${id}`),
    }));
  },
};
