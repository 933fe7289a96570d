import { Bell, CheckCheck } from 'lucide-react';
import { notify, type WebFeature } from '../../../web/feature.ts';
import { copy } from './copy.ts';
import { readNoticeFilter } from './filter.ts';
import { noticeTopic, readTopic } from './live.ts';
import { noticesQuery } from './queries.ts';

/** The web side of notices: the bell in the top bar, and the page with all of them. */
export const notices: WebFeature = {
  id: 'notices',
  nav: {
    title: copy.title,
    icon: Bell,
    path: '/notices',
    shortcut: 'g n',
    needs: 'notices:read',
    section: 'activity',
  },
  routes: [
    {
      path: '/notices',
      title: copy.title,
      access: 'signed-in',
      needs: 'notices:read',
      load: async () => (await import('./notices-page.tsx')).NoticesPage,
      prefetch: (client, { search }) =>
        void client.prefetchInfiniteQuery(noticesQuery(readNoticeFilter(search))),
    },
  ],
  commands: [
    {
      id: 'notices.mark-all-read',
      title: copy.markAllCommand,
      icon: CheckCheck,
      section: copy.section,
      when: ({ permissions }) => permissions.includes('notices:read'),
      run: async ({ client }) => {
        const { markAllRead, tellFailure } = await import('./changes.ts');
        try {
          await markAllRead(client);
          notify({ kind: 'success', title: copy.allRead });
        } catch (error) {
          tellFailure(error);
        }
      },
    },
  ],
  topics: [noticeTopic, readTopic],
  topBar: { needs: 'notices:read', load: async () => (await import('./bell.tsx')).NoticeBell },
};
