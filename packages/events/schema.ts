import { bigint, pgTable, text, timestamp } from 'drizzle-orm/pg-core';

export const eventOutbox = pgTable('event_outbox', {
  id: bigint('id', { mode: 'number' }).generatedAlwaysAsIdentity().primaryKey(),
  at: timestamp('at', { withTimezone: true, mode: 'date' }).notNull().defaultNow(),
  topic: text('topic').notNull(),
  access: text('access').notNull(),
  data: text('data').notNull(),
});
