import { boolean, integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { Method } from './authorities.ts';

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

/** A proof that is, or was about to be, placed where an authority looks for it. */
export type Proof =
  | { kind: 'dns-01'; name: string; value: string }
  | { kind: 'http-01'; name: string; token: string; text: string };

export const acmeAuthorities = pgTable('acme_authorities', {
  directory: text('directory').primaryKey(),
  accountUrl: text('account_url'),
  sealedKey: text('sealed_key').notNull(),
  email: text('email'),
  failures: integer('failures').notNull(),
  retryAt: instant('retry_at'),
  problem: text('problem'),
  failedAt: instant('failed_at'),
  succeededAt: instant('succeeded_at'),
});

export const acmeOrders = pgTable('acme_orders', {
  id: uuid('id').primaryKey(),
  request: text('request').notNull(),
  subject: text('subject').notNull(),
  names: jsonb('names').$type<string[]>().notNull(),
  directory: text('directory').notNull(),
  method: text('method').$type<Method>().notNull(),
  isRehearsal: boolean('is_rehearsal').notNull(),
  state: text('state', { enum: ['planned', 'open', 'issued', 'failed', 'dropped'] }).notNull(),
  url: text('url'),
  sealedKey: text('sealed_key'),
  proofs: jsonb('proofs').$type<Proof[]>().notNull(),
  chain: text('chain'),
  problem: text('problem'),
  fault: text('fault', { enum: ['proof', 'authority'] }),
  createdAt: instant('created_at').notNull(),
  updatedAt: instant('updated_at').notNull(),
});

export const acmeCertificates = pgTable('acme_certificates', {
  id: uuid('id').primaryKey(),
  subject: text('subject').notNull(),
  source: text('source', { enum: ['acme', 'own'] }).notNull(),
  directory: text('directory'),
  chain: text('chain').notNull(),
  sealedKey: text('sealed_key').notNull(),
  notAfter: instant('not_after').notNull(),
  createdAt: instant('created_at').notNull(),
});
