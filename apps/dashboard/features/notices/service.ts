import { type Page, type Permission, pageWindow } from '@nebula/contract';
import type { Sql } from '@nebula/db';
import { AppError } from '@nebula/errors';
import { appendEvents } from '@nebula/events';
import type { Context } from '@nebula/runtime';
import { type Notice, type NoticeLevel, notices, type Unread } from './contract.ts';
import { shownNotice } from './shown.ts';
import { addRead, countUnread, findNotice, moveMark, noticesBefore, type Readership } from './store.ts';

interface ListQuery {
  limit: number;
  cursor?: string | undefined;
  level?: NoticeLevel | undefined;
  only?: 'unread' | undefined;
}

/** Unread notices beyond this many are not counted. */
const countedUnread = 99;

/** The verbs of notices; see README. `permissions` are all there are. */
export function createNotices({ permissions }: { permissions: Permission[] }) {
  const readershipOf = (context: Context): Readership => ({
    ...readerOf(context),
    permissions: permissions.filter((permission) => context.can(permission)),
  });

  async function unreadIn(sql: Sql, readership: Readership): Promise<Unread> {
    const count = await countUnread(sql, readership, countedUnread + 1);
    return { count: Math.min(count, countedUnread), isMore: count > countedUnread };
  }

  return {
    async list(context: Context, query: ListQuery): Promise<Page<Notice>> {
      const { limit, cursor, level, only } = query;
      const filter = { level, isUnreadOnly: only === 'unread' };
      const readership = readershipOf(context);
      const rows = await noticesBefore(context.sql, readership, filter, cursor ?? null, limit + 1);
      const { items, next } = pageWindow(rows, limit, (row) => row.id);
      return { items: items.map(shownNotice), next };
    },

    unread: (context: Context): Promise<Unread> => unreadIn(context.sql, readershipOf(context)),

    async markRead(context: Context, id: string): Promise<Unread> {
      const readership = readershipOf(context);
      const notice = await findNotice(context.sql, readership, id);
      if (notice === undefined) throw new AppError('NOT_FOUND', 'There is no such notice for you.');
      const target = { type: 'notice', id, name: notice.subject };
      return await context.write(notices.actions['mark-read'], target, async ({ sql }) => {
        await addRead(sql, readership.reader, id);
        await tellReader(sql, readership);
        return await unreadIn(sql, readership);
      });
    },

    async markAllRead(context: Context, upTo: string): Promise<Unread> {
      const readership = readershipOf(context);
      const target = { type: 'notice', id: upTo, name: 'all up to this one' };
      return await context.write(notices.actions['mark-all-read'], target, async ({ sql }) => {
        // An id that is none of theirs could lie in the future and hide what is to come.
        if ((await findNotice(sql, readership, upTo)) === undefined)
          throw new AppError('NOT_FOUND', 'There is no such notice for you.');
        await moveMark(sql, readership.reader, upTo);
        await tellReader(sql, readership);
        return await unreadIn(sql, readership);
      });
    },
  };
}

/** The other pages of the same reader learn that the unread ones are fewer. */
async function tellReader(sql: Sql, { reader, userId }: Readership): Promise<void> {
  if (userId === null) return;
  const event = notices.events['read-changed'];
  await appendEvents(sql, [
    { topic: event.name, access: `${event.access} user:${userId}`, data: { reader } },
  ]);
}

function readerOf({ actor }: Context): { reader: string; userId: string | null } {
  const userId = actor.kind === 'user' ? actor.id : actor.kind === 'apiKey' ? actor.userId : null;
  return { reader: userId ?? actor.id, userId };
}
