import { pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

export const containerDrafts = pgTable('container_drafts', {
  id: uuid('id').primaryKey(),
  sealed: text('sealed').notNull(),
  createdAt: timestamp('created_at', { withTimezone: true, mode: 'date' }).notNull(),
});

export const containerEventsHeard = pgTable('container_events_heard', {
  hostId: text('host_id').primaryKey(),
  at: timestamp('at', { withTimezone: true, mode: 'date' }).notNull(),
});
