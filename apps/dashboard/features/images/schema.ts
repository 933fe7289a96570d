import { pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

export const imageChecks = pgTable(
  'image_checks',
  {
    hostId: text('host_id').notNull(),
    image: text('image').notNull(),
    imageId: text('image_id').notNull(),
    registry: text('registry').notNull(),
    state: text('state', { enum: ['current', 'available', 'pinned', 'local', 'failed'] }).notNull(),
    failure: text('failure', {
      enum: ['unreachable', 'refused-login', 'needs-login', 'rate-limited', 'not-found', 'rejected'],
    }),
    detail: text('detail').notNull().default(''),
    localDigest: text('local_digest'),
    remoteDigest: text('remote_digest'),
    checkedAt: instant('checked_at').notNull(),
    retryAt: instant('retry_at'),
  },
  (table) => [primaryKey({ columns: [table.hostId, table.image, table.imageId] })],
);

export const registryCredentials = pgTable('registry_credentials', {
  id: uuid('id').primaryKey(),
  registry: text('registry').notNull(),
  username: text('username').notNull(),
  password: text('password').notNull(),
  createdAt: instant('created_at').notNull(),
  updatedAt: instant('updated_at').notNull(),
});
