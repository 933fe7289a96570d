import { customType, integer, pgTable, primaryKey, smallint, text, timestamp } from 'drizzle-orm/pg-core';

const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' });
const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' }).notNull();

export const series = pgTable('series', {
  id: integer('id').generatedAlwaysAsIdentity().primaryKey(),
  hostId: text('host_id').notNull(),
  subject: text('subject').notNull(),
  metric: text('metric').notNull(),
  createdAt: instant('created_at'),
});

export const seriesChunks = pgTable(
  'series_chunks',
  {
    seriesId: integer('series_id').notNull(),
    tier: smallint('tier').notNull(),
    startsAt: instant('starts_at'),
    data: bytes('data').notNull(),
  },
  (table) => [primaryKey({ columns: [table.seriesId, table.tier, table.startsAt] })],
);

export const seriesOpen = pgTable('series_open', {
  minute: instant('minute').primaryKey(),
  data: bytes('data').notNull(),
});
