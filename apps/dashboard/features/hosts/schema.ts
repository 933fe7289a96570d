import { pgTable, text, timestamp } from 'drizzle-orm/pg-core';

export const hosts = pgTable('hosts', {
  id: text('id').primaryKey(),
  name: text('name'),
  driver: text('driver', { enum: ['local'] }).notNull(),
  createdAt: timestamp('created_at', { withTimezone: true, mode: 'date' }).notNull(),
});
