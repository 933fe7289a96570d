import { pgTable, timestamp, uuid } from 'drizzle-orm/pg-core';

export const toursOver = pgTable('tours_over', {
  userId: uuid('user_id').primaryKey(),
  overAt: timestamp('over_at', { withTimezone: true, mode: 'date' }).notNull(),
});
