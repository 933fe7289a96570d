import { call, defineContract, Id, IdPageQuery, Instant, pageOf } from '@nebula/contract';
import { z } from 'zod';

/** How much it matters: to know, went well, look when you can, look now. */
export const NoticeLevel = z.enum(['info', 'success', 'warning', 'danger']);
export type NoticeLevel = z.infer<typeof NoticeLevel>;

export const Notice = z.object({
  id: Id,
  at: Instant,
  kind: z.string().describe('What happened, as `<feature>.<event>`'),
  level: NoticeLevel,
  subject: z.string(),
  detail: z.string(),
  href: z.string().nullable().describe('Page that tells more, as a path of the web'),
  isRead: z.boolean(),
});
export type Notice = z.infer<typeof Notice>;

/** How many are unread; more than 99 are not counted. */
export const Unread = z.object({ count: z.number().int(), isMore: z.boolean() });
export type Unread = z.infer<typeof Unread>;

export const notices = defineContract({
  id: 'notices',
  permissions: {
    'notices:read': { role: 'viewer', summary: 'See own notices and mark them as read' },
  },
  actions: {
    'mark-read': { permission: 'notices:read', undo: null },
    'mark-all-read': { permission: 'notices:read', undo: null },
  },
  events: {
    'notice-posted': { access: 'notices:read', data: Notice },
    'read-changed': { access: 'notices:read', data: z.object({ reader: z.string() }) },
  },
  endpoints: {
    list: call({
      method: 'GET',
      path: '/notices',
      summary: 'Notices for you, newest first',
      access: 'notices:read',
      query: IdPageQuery.extend({ level: NoticeLevel.optional(), only: z.enum(['unread']).optional() }),
      output: pageOf(Notice),
    }),
    unread: call({
      method: 'GET',
      path: '/notices/unread',
      summary: 'How many notices you have not read',
      access: 'notices:read',
      output: Unread,
    }),
    markRead: call({
      method: 'POST',
      path: '/notices/:id/read',
      summary: 'Mark one notice as read',
      access: 'notices:read',
      params: z.object({ id: Id }),
      output: Unread,
    }),
    markAllRead: call({
      method: 'POST',
      path: '/notices/read',
      summary: 'Mark every notice up to one as read; later ones stay unread',
      access: 'notices:read',
      body: z.object({ upTo: Id }),
      output: Unread,
    }),
  },
});
