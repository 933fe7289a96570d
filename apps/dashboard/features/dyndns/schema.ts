import { customType, integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' });
const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

/** Addresses by type of record. */
export type Addresses = { A?: string; AAAA?: string };
/** The run that writes each of them. */
export type AddressRuns = { A?: AddressRun; AAAA?: AddressRun };
export interface AddressRun {
  runId: string;
  address: string;
}

export const dyndnsTokens = pgTable('dyndns_tokens', {
  id: uuid('id').primaryKey(),
  label: text('label').notNull(),
  tokenSha256: bytes('token_sha256').notNull(),
  hint: text('hint').notNull(),
  madeBy: text('made_by').notNull(),
  createdAt: instant('created_at').notNull(),
  lastUsedAt: instant('last_used_at'),
  lastFrom: text('last_from'),
  lastAnswer: text('last_answer'),
  lastRefused: text('last_refused'),
});

export const dyndnsNames = pgTable('dyndns_names', {
  id: uuid('id').primaryKey(),
  name: text('name').notNull(),
  tokenId: uuid('token_id'),
  providerId: uuid('provider_id').notNull(),
  zone: text('zone').notNull(),
  wanted: jsonb('wanted').$type<Addresses>().notNull(),
  runs: jsonb('runs').$type<AddressRuns>().notNull(),
  state: text('state', { enum: ['idle', 'queued', 'done', 'failed'] }).notNull(),
  problem: text('problem'),
  attempts: integer('attempts').notNull(),
  nextTryAt: instant('next_try_at'),
  version: integer('version').notNull(),
  askedAt: instant('asked_at'),
  settledAt: instant('settled_at'),
  createdAt: instant('created_at').notNull(),
});
