import { integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

export const userLayouts = pgTable('user_layouts', {
  ownerId: uuid('owner_id').notNull(),
  page: text('page', { enum: ['overview'] }).notNull(),
  version: integer('version').notNull(),
  tiles: text('tiles').notNull(),
  updatedAt: timestamp('updated_at', { withTimezone: true, mode: 'date' }).notNull(),
});
