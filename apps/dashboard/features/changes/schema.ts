import { integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

export const changeMarkers = pgTable('change_markers', {
  id: uuid('id').primaryKey(),
  hostId: text('host_id').notNull(),
  at: instant('at').notNull(),
  until: instant('until'),
  app: text('app'),
  kind: text('kind', {
    enum: [
      ...(['created', 'updated', 'started', 'stopped', 'ended', 'died', 'out-of-memory'] as const),
      ...(['paused', 'unpaused', 'renamed', 'removed', 'unhealthy', 'healthy'] as const),
      ...(['engine-lost', 'engine-back', 'booted', 'server-started'] as const),
    ],
  }).notNull(),
  containerId: text('container_id'),
  containerName: text('container_name').notNull(),
  exitCode: integer('exit_code'),
  image: text('image'),
  imageId: text('image_id'),
  imageDigest: text('image_digest'),
  detail: text('detail').notNull(),
  count: integer('count').notNull(),
});
