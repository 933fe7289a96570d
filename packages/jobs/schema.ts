import { boolean, pgTable, text, timestamp } from 'drizzle-orm/pg-core';

export const jobSchedules = pgTable('job_schedules', {
  name: text('name').primaryKey(),
  lastStartedAt: timestamp('last_started_at', { withTimezone: true, mode: 'date' }).notNull(),
  lastFinishedAt: timestamp('last_finished_at', { withTimezone: true, mode: 'date' }).notNull(),
  succeeded: boolean('succeeded').notNull(),
  error: text('error'),
});
