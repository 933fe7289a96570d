import { Globe, Server } from 'lucide-react';
import { api, type WebFeature } from '../../../web/feature.ts';
import { matters, menu } from './menu-copy.ts';
import { readRecordFilter } from './filter.ts';
import {
  changesQuery,
  providersQuery,
  providersTopic,
  recordsQuery,
  recordsTopic,
  zonesQuery,
} from './queries.ts';

const page = { access: 'signed-in', needs: 'dns:read' } as const;

/** The web side of DNS: zones with their records, providers, changes. */
export const dns: WebFeature = {
  id: 'dns',
  nav: {
    title: menu.title,
    icon: Globe,
    path: '/dns',
    shortcut: 'g d',
    needs: 'dns:read',
    section: 'domains',
  },
  routes: [
    {
      ...{ ...page, path: '/dns', title: menu.title },
      load: async () => (await import('./zones-page.tsx')).ZonesPage,
      prefetch: (client, { search }) =>
        void client.prefetchInfiniteQuery(zonesQuery(readRecordFilter(search).search)),
    },
    {
      ...{ ...page, path: '/dns/providers', title: menu.tabs.providers },
      load: async () => (await import('./providers-page.tsx')).ProvidersPage,
      prefetch: (client) => void client.prefetchInfiniteQuery(providersQuery),
    },
    {
      ...{ ...page, path: '/dns/changes', title: menu.tabs.changes },
      load: async () => (await import('./changes-page.tsx')).ChangesPage,
      prefetch: (client, { search }) =>
        void client.prefetchInfiniteQuery(
          changesQuery({ zone: search['zone'], providerId: search['provider'] }),
        ),
    },
    {
      ...{ ...page, path: '/dns/zones/$provider/$zone', title: menu.zone },
      load: async () => (await import('./records-page.tsx')).RecordsPage,
      prefetch: (client, { params: { provider = '', zone = '' }, search }) =>
        void client.prefetchInfiniteQuery(recordsQuery({ id: provider, zone }, readRecordFilter(search))),
    },
  ],
  commands: [
    {
      ...{ id: 'dns.providers', title: menu.tabs.providers, icon: Server, section: menu.title },
      when: ({ permissions }) => permissions.includes('dns:read'),
      run: ({ goTo }) => goTo('/dns/providers'),
    },
  ],
  topics: [providersTopic, recordsTopic],
  matters,
  find: async (text, { goTo }) => {
    if (text.trim().length < 2) return [];
    const { items } = await api.dns.zones({ query: { search: text.trim().slice(0, 100), limit: 8 } });
    return items.map(({ providerId, providerName, zone }) => ({
      ...{
        id: `dns.zone.${providerId}.${zone}`,
        title: zone,
        help: providerName,
        icon: Globe,
        section: menu.title,
      },
      run: () => goTo(`/dns/zones/${providerId}/${encodeURIComponent(zone)}`),
    }));
  },
};
