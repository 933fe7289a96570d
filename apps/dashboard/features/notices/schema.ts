import type { Permission } from '@nebula/contract';
import { pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';

export const notices = pgTable('notices', {
  id: uuid('id').primaryKey(),
  at: timestamp('at', { withTimezone: true, mode: 'date' }).notNull(),
  userId: uuid('user_id'),
  permission: text('permission').$type<Permission>(),
  kind: text('kind').notNull(),
  level: text('level', { enum: ['info', 'success', 'warning', 'danger'] }).notNull(),
  subject: text('subject').notNull(),
  detail: text('detail').notNull().default(''),
  href: text('href'),
  dedupeKey: text('dedupe_key'),
});

export const noticeMarks = pgTable('notice_marks', {
  reader: text('reader').primaryKey(),
  readUpTo: uuid('read_up_to').notNull(),
});

export const noticeReads = pgTable(
  'notice_reads',
  { reader: text('reader').notNull(), noticeId: uuid('notice_id').notNull() },
  (table) => [primaryKey({ columns: [table.reader, table.noticeId] })],
);
