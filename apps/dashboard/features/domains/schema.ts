import type { Keeper } from '@nebula/acme';
import type { Route } from '@nebula/proxy';
import { boolean, integer, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { SiteAccount } from './accounts.ts';
import type {
  DomainDns,
  DomainEvent,
  DomainOptions,
  DomainStatus,
  DomainTarget,
  HealthLayer,
} from './contract.ts';

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

/** A certificate as it was last seen at the proxy; instants are ISO-8601 texts. */
export interface SeenCertificate {
  issuer: string;
  names: string[];
  serial: string;
  notBefore: string;
  notAfter: string;
}

export const domains = pgTable('domains', {
  id: uuid('id').primaryKey(),
  hostId: text('host_id').notNull(),
  name: text('name').notNull(),
  target: jsonb('target').$type<DomainTarget>().notNull(),
  options: jsonb('options').$type<DomainOptions>().notNull(),
  accounts: jsonb('accounts').$type<SiteAccount[]>().notNull(),
  dns: jsonb('dns').$type<DomainDns>().notNull(),
  note: text('note').notNull(),
  followsAddress: boolean('follows_address').notNull(),
  status: text('status').$type<DomainStatus>().notNull(),
  isChanged: boolean('is_changed').notNull(),
  problem: text('problem'),
  runId: uuid('run_id'),
  route: jsonb('route').$type<Route>(),
  goodRoute: jsonb('good_route').$type<Route>(),
  records: jsonb('records').$type<{ A?: string[]; AAAA?: string[] }>().notNull(),
  certificate: jsonb('certificate').$type<SeenCertificate>(),
  version: integer('version').notNull(),
  createdAt: instant('created_at').notNull(),
  updatedAt: instant('updated_at').notNull(),
});

export const domainEvents = pgTable('domain_events', {
  id: uuid('id').primaryKey(),
  domainId: uuid('domain_id').notNull(),
  name: text('name').notNull(),
  at: instant('at').notNull(),
  kind: text('kind').$type<DomainEvent['kind']>().notNull(),
  summary: text('summary').notNull(),
  actor: text('actor').notNull(),
  runId: uuid('run_id'),
});

export const domainChecks = pgTable(
  'domain_checks',
  {
    domainId: uuid('domain_id').notNull(),
    at: instant('at').notNull(),
    state: text('state', { enum: ['ok', 'warning', 'failed', 'unknown'] }).notNull(),
    layers: jsonb('layers').$type<HealthLayer[]>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.domainId, table.at] })],
);

export const domainCertificates = pgTable('domain_certificates', {
  domainId: uuid('domain_id').primaryKey(),
  keeper: text('keeper').$type<Keeper>().notNull(),
  certificateId: uuid('certificate_id'),
  goodCertificateId: uuid('good_certificate_id'),
  answers: jsonb('answers').$type<{ token: string; text: string }[]>().notNull(),
  updatedAt: instant('updated_at').notNull(),
});
