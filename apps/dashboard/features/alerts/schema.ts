import {
  boolean,
  doublePrecision,
  integer,
  jsonb,
  pgTable,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core';
import type { DriverName } from '@nebula/notify';
import type { KindName } from './contract-kinds.ts';

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
const severities = ['critical', 'warning', 'info'] as const;
const outcomes = ['sent', 'failed', 'unknown'] as const;

export const rules = pgTable('alert_rules', {
  id: uuid('id').primaryKey(),
  name: text('name').notNull(),
  kind: text('kind').$type<KindName>().notNull(),
  isOn: boolean('is_on').notNull(),
  severity: text('severity', { enum: severities }).notNull(),
  only: text('only_subjects').array().notNull(),
  except: text('except_subjects').array().notNull(),
  threshold: doublePrecision('threshold').notNull(),
  recover: doublePrecision('recover').notNull(),
  forSeconds: integer('for_seconds').notNull(),
  recoverSeconds: integer('recover_seconds').notNull(),
  remindMinutes: integer('remind_minutes').notNull(),
  channelIds: uuid('channel_ids').array(),
  createdAt: instant('created_at').notNull(),
  updatedAt: instant('updated_at').notNull(),
});

export const channels = pgTable('alert_channels', {
  id: uuid('id').primaryKey(),
  name: text('name').notNull(),
  driver: text('driver').$type<DriverName>().notNull(),
  settings: jsonb('settings').$type<Record<string, unknown>>().notNull(),
  secrets: text('secrets').notNull(),
  place: text('place').notNull(),
  reach: text('reach', { enum: ['public', 'home', 'machine'] }).notNull(),
  isOn: boolean('is_on').notNull(),
  leastSeverity: text('least_severity', { enum: severities }).notNull(),
  lastOutcome: text('last_outcome', { enum: outcomes }),
  lastDetail: text('last_detail').notNull(),
  lastAt: instant('last_at'),
  createdAt: instant('created_at').notNull(),
  updatedAt: instant('updated_at').notNull(),
});

export const devices = pgTable('alert_devices', {
  id: uuid('id').primaryKey(),
  userId: uuid('user_id').notNull(),
  name: text('name').notNull(),
  place: text('place').notNull(),
  endpointHash: text('endpoint_hash').notNull(),
  subscription: text('subscription').notNull(),
  createdAt: instant('created_at').notNull(),
  lastOutcome: text('last_outcome', { enum: outcomes }),
  lastDetail: text('last_detail').notNull(),
  lastAt: instant('last_at'),
});

export const house = pgTable('alert_house', {
  key: text('key').primaryKey(),
  value: text('value').notNull(),
});

export const incidents = pgTable('alert_incidents', {
  id: uuid('id').primaryKey(),
  hostId: text('host_id').notNull(),
  ruleId: uuid('rule_id').notNull(),
  ruleName: text('rule_name').notNull(),
  kind: text('kind').$type<KindName>().notNull(),
  subject: text('subject').notNull(),
  subjectName: text('subject_name').notNull(),
  severity: text('severity', { enum: severities }).notNull(),
  summary: text('summary').notNull(),
  path: text('path').notNull(),
  value: doublePrecision('value').notNull(),
  openedAt: instant('opened_at').notNull(),
  closedAt: instant('closed_at'),
  closedBy: text('closed_by', { enum: ['recovered', 'gone', 'rule-changed'] }),
  acknowledgedAt: instant('acknowledged_at'),
  acknowledgedBy: text('acknowledged_by'),
  snoozedUntil: instant('snoozed_until'),
  remindedAt: instant('reminded_at'),
});

export const entries = pgTable('alert_entries', {
  id: uuid('id').primaryKey(),
  incidentId: uuid('incident_id').notNull(),
  at: instant('at').notNull(),
  kind: text('kind', {
    enum: ['fired', 'acknowledged', 'snoozed', 'sent', 'not-sent', 'unknown', 'reminded', 'closed'],
  }).notNull(),
  detail: text('detail').notNull(),
  actor: text('actor'),
});

export const deliveries = pgTable('alert_deliveries', {
  id: uuid('id').primaryKey(),
  incidentId: uuid('incident_id').notNull(),
  targetKind: text('target_kind', { enum: ['channel', 'device'] }).notNull(),
  targetId: uuid('target_id').notNull(),
  targetName: text('target_name').notNull(),
  message: text('message', { enum: ['firing', 'recovered', 'reminder'] }).notNull(),
  turn: integer('turn').notNull(),
  state: text('state', { enum: ['waiting', 'sending', 'sent', 'failed', 'unknown', 'dropped'] }).notNull(),
  dueAt: instant('due_at').notNull(),
  attempts: integer('attempts').notNull(),
  batchId: uuid('batch_id'),
  detail: text('detail').notNull(),
  endedAt: instant('ended_at'),
});

export const silences = pgTable('alert_silences', {
  id: uuid('id').primaryKey(),
  subject: text('subject'),
  ruleId: uuid('rule_id'),
  reason: text('reason').notNull(),
  fromAt: instant('from_at').notNull(),
  untilAt: instant('until_at').notNull(),
  createdBy: text('created_by').notNull(),
  createdAt: instant('created_at').notNull(),
});
