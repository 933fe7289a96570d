import { Blocks, Plus } from 'lucide-react';
import { api, type Command, type CommandTools, type WebFeature } from '../../../web/feature.ts';
import { matters, menu } from './menu-copy.ts';
import { readFilter } from './filter.ts';
import { stackTopic } from './live.ts';
import { stackQuery, stacksQuery } from './queries.ts';
import { paletteCommands } from './verbs.ts';

/** The web side of stacks. */
export const stacks: WebFeature = {
  id: 'stacks',
  nav: {
    title: menu.title,
    icon: Blocks,
    path: '/stacks',
    shortcut: 'g t',
    needs: 'stacks:read',
    section: 'apps',
  },
  routes: [
    {
      path: '/stacks',
      title: menu.title,
      access: 'signed-in',
      needs: 'stacks:read',
      load: async () => (await import('./stacks-page.tsx')).StacksPage,
      prefetch: (client, { search }) => void client.prefetchInfiniteQuery(stacksQuery(readFilter(search))),
    },
    {
      path: '/stacks/new',
      title: menu.create,
      access: 'signed-in',
      needs: 'stacks:operate',
      load: async () => (await import('./create-page.tsx')).CreatePage,
    },
    {
      path: '/stacks/$name',
      title: menu.one,
      access: 'signed-in',
      needs: 'stacks:read',
      load: async () => (await import('./stack-page.tsx')).StackPage,
      prefetch: (client, { params: { name = '' } }) => void client.prefetchQuery(stackQuery(name)),
    },
  ],
  commands: [
    {
      id: 'stacks.create',
      title: menu.create,
      keywords: 'compose docker run',
      icon: Plus,
      section: menu.title,
      when: ({ permissions }) => permissions.includes('stacks:operate'),
      run: ({ goTo }) => goTo('/stacks/new'),
    },
  ],
  topics: [stackTopic],
  find,
  matters,
};

/** Stacks by what is typed; `restart shop` finds what can be done to them. */
async function find(text: string, { goTo }: CommandTools): Promise<Command[]> {
  const [first = '', ...rest] = text.trim().split(/\s+/);
  const word = first.toLowerCase();
  const isVerb = (title: string) => word.length > 1 && title.toLowerCase().startsWith(word);
  const isAsked = Object.values(menu.verbs).some(({ command }) => isVerb(command));
  const [byName, byVerb] = await Promise.all([
    search(text),
    isAsked ? search(rest.join(' ')) : Promise.resolve([]),
  ]);
  return [
    ...byName.map(({ name, folder }) => ({
      id: `stacks.open.${name}`,
      title: name,
      help: folder,
      icon: Blocks,
      section: menu.title,
      run: () => goTo(`/stacks/${name}`),
    })),
    ...byVerb.flatMap((stack) => paletteCommands(stack).filter(({ keywords = '' }) => isVerb(keywords))),
  ];
}

async function search(text: string) {
  return (await api.stacks.list({ query: { search: text.slice(0, 100), limit: 8 } })).items;
}
