import { boolean, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

export const dnsProviders = pgTable('dns_providers', {
  id: uuid('id').primaryKey(),
  name: text('name').notNull(),
  kind: text('kind', { enum: ['powerdns', 'cloudflare', 'zoneedit', 'rfc2136', 'manual'] }).notNull(),
  settings: jsonb('settings').$type<unknown>().notNull(),
  secrets: text('secrets').notNull(),
  secretNames: jsonb('secret_names').$type<string[]>().notNull(),
  lastCheck: jsonb('last_check').$type<unknown>(),
  createdAt: instant('created_at').notNull(),
  updatedAt: instant('updated_at').notNull(),
});

export const dnsWaits = pgTable(
  'dns_waits',
  {
    providerId: uuid('provider_id').notNull(),
    key: text('key').notNull(),
    until: instant('until').notNull(),
  },
  (table) => [primaryKey({ columns: [table.providerId, table.key] })],
);

export const dnsChanges = pgTable('dns_changes', {
  id: uuid('id').primaryKey(),
  runId: uuid('run_id').notNull(),
  providerId: uuid('provider_id').notNull(),
  providerName: text('provider_name').notNull(),
  zone: text('zone').notNull(),
  name: text('name').notNull(),
  type: text('type').notNull(),
  before: jsonb('before').$type<unknown>(),
  after: jsonb('after').$type<unknown>(),
  isMade: boolean('is_made').notNull(),
  actorName: text('actor_name').notNull(),
  createdAt: instant('created_at').notNull(),
});
