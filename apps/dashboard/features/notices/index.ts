import { join } from 'node:path';
import { permissionsOf } from '@nebula/contract';
import { defineChore } from '@nebula/jobs';
import { defineFeature } from '@nebula/runtime';
import type { Resources } from '../../resources.ts';
import { notices } from './contract.ts';
import { createNotices } from './service.ts';
import { removeNoticesBefore } from './store.ts';

export { type NewNotice, postNotice } from './post.ts';

const keptMs = 90 * 86_400_000;

export const noticesFeature = defineFeature<Resources, typeof notices>({
  contract: notices,
  migrations: [{ id: 'notices', dir: join(import.meta.dirname, 'migrations') }],
  setUp({ api, clock, database }) {
    const service = createNotices({ permissions: [...permissionsOf(api).keys()] });
    const clean = defineChore('notices.remove-old', async () => {
      await removeNoticesBefore(database.sql, new Date(clock.now().getTime() - keptMs));
    });
    return {
      routes: {
        list: (context, { query }) => service.list(context, query),
        unread: (context) => service.unread(context),
        markRead: (context, { params }) => service.markRead(context, params.id),
        markAllRead: (context, { body }) => service.markAllRead(context, body.upTo),
      },
      jobs: [clean],
      schedules: [{ job: clean, every: '6h' }],
    };
  },
});
