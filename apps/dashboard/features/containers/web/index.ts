import { Container as ContainerIcon, Plus } from 'lucide-react';
import { api, type Command, type CommandTools, type WebFeature } from '../../../web/feature.ts';
import { paletteCommands, verbs } from './commands.ts';
import { matters, menu } from './menu-copy.ts';
import { filterOf, readPlace } from './filter.ts';
import { containerTopic, engineTopic, usageTopic } from './live.ts';
import { choicesQuery, containerQuery, containersQuery, engineQuery } from './queries.ts';

/** The web side of containers. */
export const containers: WebFeature = {
  id: 'containers',
  nav: {
    title: menu.title,
    icon: ContainerIcon,
    path: '/containers',
    shortcut: 'g c',
    needs: 'containers:read',
    section: 'apps',
  },
  routes: [
    {
      path: '/containers',
      title: menu.title,
      access: 'signed-in',
      needs: 'containers:read',
      load: async () => (await import('./containers-page.tsx')).ContainersPage,
      prefetch: (client, { search }) => {
        void client.prefetchInfiniteQuery(containersQuery(filterOf(readPlace(search))));
        void client.prefetchQuery(engineQuery);
      },
    },
    {
      path: '/containers/new',
      title: menu.create,
      access: 'signed-in',
      needs: 'containers:operate',
      load: async () => (await import('./create-page.tsx')).CreatePage,
      prefetch: (client) => void client.prefetchQuery(choicesQuery),
    },
    {
      path: '/containers/$id',
      title: menu.one,
      access: 'signed-in',
      needs: 'containers:read',
      load: async () => (await import('./container-page.tsx')).ContainerPage,
      prefetch: (client, { params: { id = '' } }) => {
        void client.prefetchQuery(containerQuery(id));
        void client.prefetchQuery(engineQuery);
      },
    },
  ],
  commands: [
    {
      id: 'containers.create',
      title: menu.create,
      icon: Plus,
      section: menu.title,
      when: ({ permissions }) => permissions.includes('containers:operate'),
      run: ({ goTo }) => goTo('/containers/new'),
    },
  ],
  matters,
  topics: [containerTopic, usageTopic, engineTopic],
  find,
};

/** Containers by what is typed; `stop web` finds what can be done to them. */
async function find(text: string, { goTo }: CommandTools): Promise<Command[]> {
  const [first = '', ...rest] = text.trim().split(/\s+/);
  const word = first.toLowerCase();
  const isVerb = (title: string) => word.length > 1 && title.toLowerCase().startsWith(word);
  const [byName, byVerb] = await Promise.all([
    search(text),
    verbTitles.some(isVerb) ? search(rest.join(' ')) : Promise.resolve([]),
  ]);
  return [
    ...byName.map(({ id, name, image }) => ({
      id: `containers.open.${id}`,
      title: name,
      help: image,
      icon: ContainerIcon,
      section: menu.title,
      run: () => goTo(`/containers/${id}`),
    })),
    ...byVerb.flatMap((container) =>
      paletteCommands(container).filter(({ keywords = '' }) => isVerb(keywords)),
    ),
  ];
}

const verbTitles = verbs.map((verb) => menu.verbs[verb].command);

async function search(text: string) {
  return (await api.containers.list({ query: { search: text.slice(0, 100), limit: 8 } })).items;
}
