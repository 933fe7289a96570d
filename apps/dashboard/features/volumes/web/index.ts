import { Database, Plus } from 'lucide-react';
import { api, type Command, type CommandTools, type WebFeature } from '../../../web/feature.ts';
import { menu } from './menu-copy.ts';
import { filterOf, readPlace } from './place.ts';
import { changedTopic, volumesQuery } from './queries.ts';

/** The web side of volumes. */
export const volumes: WebFeature = {
  id: 'volumes',
  nav: {
    title: menu.title,
    icon: Database,
    path: '/volumes',
    shortcut: 'g v',
    needs: 'volumes:read',
    section: 'apps',
  },
  routes: [
    {
      path: '/volumes',
      title: menu.title,
      access: 'signed-in',
      needs: 'volumes:read',
      load: async () => (await import('./volumes-page.tsx')).VolumesPage,
      prefetch: (client, { search }) =>
        void client.prefetchInfiniteQuery(volumesQuery(filterOf(readPlace(search)))),
    },
  ],
  commands: [
    {
      id: 'volumes.create',
      title: menu.create,
      icon: Plus,
      section: menu.title,
      when: ({ permissions }) => permissions.includes('volumes:operate'),
      run: ({ goTo }) => goTo('/volumes?ask=create'),
    },
  ],
  topics: [changedTopic],
  find,
};

/** Volumes by what is typed. */
async function find(text: string, { goTo }: CommandTools): Promise<Command[]> {
  const { items } = await api.volumes.list({ query: { search: text.slice(0, 100), limit: 5 } });
  return items.map(({ name }) => ({
    id: `volumes.open.${name}`,
    title: name,
    icon: Database,
    section: menu.title,
    run: () => goTo(`/volumes?show=${encodeURIComponent(name)}`),
  }));
}
