import { Download, Layers, RefreshCw, Trash2 } from 'lucide-react';
import { api, type Command, type CommandTools, notify, type WebFeature } from '../../../web/feature.ts';
import { copy, matters } from './copy.ts';
import { filterOf, readPlace } from './place.ts';
import { changedTopic, checkedTopic, checksQuery, imagesQuery } from './queries.ts';

/** The web side of images: whether there are newer ones, and the logins of registries. */
export const images: WebFeature = {
  id: 'images',
  nav: {
    title: copy.title,
    icon: Layers,
    path: '/images',
    shortcut: 'g i',
    needs: 'images:read',
    section: 'apps',
  },
  routes: [
    {
      path: '/images',
      title: copy.title,
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
      title: copy.pull.command,
      icon: Download,
      section: copy.title,
      when: ({ permissions }) => permissions.includes('images:operate'),
      run: ({ goTo }) => goTo('/images?ask=pull'),
    },
    {
      id: 'images.remove-unused',
      title: copy.unused.command,
      icon: Trash2,
      section: copy.title,
      isDanger: true,
      when: ({ permissions }) => permissions.includes('images:operate'),
      run: ({ goTo }) => goTo('/images?ask=unused'),
    },
    {
      id: 'images.check',
      title: copy.check,
      icon: RefreshCw,
      section: copy.title,
      when: ({ permissions }) => permissions.includes('images:operate'),
      run: ({ goTo }) => {
        goTo('/images?tab=checks');
        api.images.check({ body: {} }).then(
          () => notify({ kind: 'success', title: copy.checkBegun }),
          () => notify({ kind: 'error', title: copy.checkFailed }),
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
    section: copy.title,
    run: () => goTo(`/images?show=${encodeURIComponent(id)}`),
  }));
}
