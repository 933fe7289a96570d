import { Download, Layers, RefreshCw, Trash2 } from 'lucide-react';
import { api, type Command, type CommandTools, notify, type WebFeature } from '../../../web/feature.ts';
import { matters, menu } from './menu-copy.ts';
import { filterOf, readPlace } from './place.ts';
import { changedTopic, checkedTopic, checksQuery, imagesQuery } from './queries.ts';

/** The web side of images: whether there are newer ones, and the logins of registries. */
export const images: WebFeature = {
  id: 'images',
  nav: {
    title: menu.title,
    icon: Layers,
    path: '/images',
    shortcut: 'g i',
    needs: 'images:read',
    section: 'apps',
  },
  routes: [
    {
      path: '/images',
      title: menu.title,
      access: 'signed-in',
      needs: 'images:read',
      load: async () => (await import('./images-page.tsx')).ImagesPage,
      prefetch: (client, { search }) => {
        const place = readPlace(search);
        if (place.tab === 'checks') void client.prefetchInfiniteQuery(checksQuery);
        else void client.prefetchInfiniteQuery(imagesQuery(filterOf(place)));
      },
    },
  ],
  commands: [
    {
      id: 'images.pull',
      title: menu.pull,
      icon: Download,
      section: menu.title,
      when: ({ permissions }) => permissions.includes('images:operate'),
      run: ({ goTo }) => goTo('/images?ask=pull'),
    },
    {
      id: 'images.remove-unused',
      title: menu.removeUnused,
      icon: Trash2,
      section: menu.title,
      isDanger: true,
      when: ({ permissions }) => permissions.includes('images:operate'),
      run: ({ goTo }) => goTo('/images?ask=unused'),
    },
    {
      id: 'images.check',
      title: menu.check,
      icon: RefreshCw,
      section: menu.title,
      when: ({ permissions }) => permissions.includes('images:operate'),
      run: ({ goTo }) => {
        goTo('/images?tab=checks');
        api.images.check({ body: {} }).then(
          () => notify({ kind: 'success', title: menu.checkBegun }),
          () => notify({ kind: 'error', title: menu.checkFailed }),
        );
      },
    },
  ],
  topics: [checkedTopic, changedTopic],
  matters,
  find,
};

/** Images by what is typed. */
async function find(text: string, { goTo }: CommandTools): Promise<Command[]> {
  const { items } = await api.images.list({ query: { search: text.slice(0, 100), limit: 5 } });
  return items.map(({ id, name }) => ({
    id: `images.open.${id}`,
    title: name,
    icon: Layers,
    section: menu.title,
    run: () => goTo(`/images?show=${encodeURIComponent(id)}`),
  }));
}
