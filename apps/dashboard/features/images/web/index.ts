import { Layers, RefreshCw } from 'lucide-react';
import { api, notify, type WebFeature } from '../../../web/feature.ts';
import { copy } from './copy.ts';
import { checkedTopic, checksQuery } from './queries.ts';

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
      prefetch: (client) => void client.prefetchInfiniteQuery(checksQuery),
    },
  ],
  commands: [
    {
      id: 'images.check',
      title: copy.check,
      icon: RefreshCw,
      section: copy.title,
      when: ({ permissions }) => permissions.includes('images:operate'),
      run: ({ goTo }) => {
        goTo('/images');
        api.images.check({ body: {} }).then(
          () => notify({ kind: 'success', title: copy.checkBegun }),
          () => notify({ kind: 'error', title: copy.checkFailed }),
        );
      },
    },
  ],
  topics: [checkedTopic],
};
