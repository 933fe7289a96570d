import { pgTable, text, timestamp } from 'drizzle-orm/pg-core';

export const settingValues = pgTable('settings', {
  variable: text('variable').primaryKey(),
  value: text('value').notNull(),
  updatedAt: timestamp('updated_at', { withTimezone: true, mode: 'date' }).notNull(),
});
