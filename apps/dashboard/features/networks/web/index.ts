import { Network, Plus } from 'lucide-react';
import { api, type Command, type CommandTools, type WebFeature } from '../../../web/feature.ts';
import { menu } from './menu-copy.ts';
import { filterOf, readPlace } from './place.ts';
import { changedTopic, networksQuery } from './queries.ts';

/** The web side of networks. */
export const networks: WebFeature = {
  id: 'networks',
  nav: {
    title: menu.title,
    icon: Network,
    path: '/networks',
    shortcut: 'g w',
    needs: 'networks:read',
    section: 'apps',
  },
  routes: [
    {
      path: '/networks',
      title: menu.title,
      access: 'signed-in',
      needs: 'networks:read',
      load: async () => (await import('./networks-page.tsx')).NetworksPage,
      prefetch: (client, { search }) =>
        void client.prefetchInfiniteQuery(networksQuery(filterOf(readPlace(search)))),
    },
  ],
  commands: [
    {
      id: 'networks.create',
      title: menu.create,
      icon: Plus,
      section: menu.title,
      when: ({ permissions }) => permissions.includes('networks:operate'),
      run: ({ goTo }) => goTo('/networks?ask=create'),
    },
  ],
  topics: [changedTopic],
  find,
};

/** Networks by what is typed. */
async function find(text: string, { goTo }: CommandTools): Promise<Command[]> {
  const { items } = await api.networks.list({ query: { search: text.slice(0, 100), limit: 5 } });
  return items.map(({ id, name }) => ({
    id: `networks.open.${id}`,
    title: name,
    icon: Network,
    section: menu.title,
    run: () => goTo(`/networks?show=${id}`),
  }));
}
