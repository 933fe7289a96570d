import { pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

export const stackDrafts = pgTable('stack_drafts', {
  id: uuid('id').primaryKey(),
  sealed: text('sealed').notNull(),
  createdAt: timestamp('created_at', { withTimezone: true, mode: 'date' }).notNull(),
});
