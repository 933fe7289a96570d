import type { ChainLink, Keeper } from '@nebula/acme';
import { integer, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

export const certificates = pgTable(
  'certificates',
  {
    domainId: uuid('domain_id').notNull(),
    fingerprint: text('fingerprint').notNull(),
    name: text('name').notNull(),
    issuer: text('issuer').notNull(),
    names: jsonb('names').$type<string[]>().notNull(),
    serial: text('serial').notNull(),
    chain: jsonb('chain').$type<ChainLink[]>().notNull(),
    notBefore: instant('not_before').notNull(),
    notAfter: instant('not_after').notNull(),
    keeper: text('keeper').$type<Keeper>().notNull(),
    firstSeenAt: instant('first_seen_at').notNull(),
    lastSeenAt: instant('last_seen_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.domainId, table.fingerprint] })],
);

export const certificateWatch = pgTable('certificate_watch', {
  domainId: uuid('domain_id').primaryKey(),
  fingerprint: text('fingerprint'),
  distrust: text('distrust'),
  windowStart: instant('window_start'),
  windowEnd: instant('window_end'),
  windowAskAt: instant('window_ask_at'),
  missingSince: instant('missing_since'),
  failures: integer('failures').notNull(),
  lastFailureAt: instant('last_failure_at'),
  problem: text('problem'),
  told: text('told'),
  seenAt: instant('seen_at').notNull(),
});
