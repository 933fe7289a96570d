import { Container as ContainerIcon } from 'lucide-react';
import { api, type Command, type CommandTools, type WebFeature } from '../../../web/feature.ts';
import { copy } from './copy.ts';
import { readFilter } from './filter.ts';
import { containerTopic, engineTopic, usageTopic } from './live.ts';
import { containerQuery, containersQuery, engineQuery } from './queries.ts';

/** The web side of containers. */
export const containers: WebFeature = {
  id: 'containers',
  nav: {
    title: copy.title,
    icon: ContainerIcon,
    path: '/containers',
    shortcut: 'g c',
    needs: 'containers:read',
    section: 'apps',
  },
  routes: [
    {
      path: '/containers',
      title: copy.title,
      access: 'signed-in',
      needs: 'containers:read',
      load: async () => (await import('./containers-page.tsx')).ContainersPage,
      prefetch: (client, { search }) => {
        void client.prefetchInfiniteQuery(containersQuery(readFilter(search)));
        void client.prefetchQuery(engineQuery);
      },
    },
    {
      path: '/containers/$id',
      title: copy.one,
      access: 'signed-in',
      needs: 'containers:read',
      load: async () => (await import('./container-page.tsx')).ContainerPage,
      prefetch: (client, { params: { id = '' } }) => {
        void client.prefetchQuery(containerQuery(id));
        void client.prefetchQuery(engineQuery);
      },
    },
  ],
  commands: [],
  topics: [containerTopic, usageTopic, engineTopic],
  find,
};

async function find(text: string, { goTo }: CommandTools): Promise<Command[]> {
  const { items } = await api.containers.list({ query: { search: text, limit: 8 } });
  return items.map(({ id, name, image }) => ({
    id: `containers.open.${id}`,
    title: name,
    help: image,
    icon: ContainerIcon,
    section: copy.title,
    run: () => goTo(`/containers/${id}`),
  }));
}
