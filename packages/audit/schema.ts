import { bigint, customType, integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' });
const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

export const auditEntries = pgTable('audit_entries', {
  id: uuid('id').primaryKey(),
  at: instant('at').notNull(),
  actorKind: text('actor_kind').notNull(),
  actorId: text('actor_id').notNull(),
  actorName: text('actor_name').notNull(),
  action: text('action').notNull(),
  targetType: text('target_type').notNull(),
  targetId: text('target_id').notNull(),
  targetName: text('target_name').notNull(),
  hostId: text('host_id').notNull(),
  requestId: text('request_id').notNull(),
  runId: uuid('run_id'),
  outcome: text('outcome', { enum: ['done', 'denied', 'failed'] }).notNull(),
  code: text('code'),
  details: text('details').notNull(),
  mac: bytes('mac').notNull(),
  sealNo: bigint('seal_no', { mode: 'number' }),
});

export const auditSeals = pgTable('audit_seals', {
  no: bigint('no', { mode: 'number' }).primaryKey(),
  at: instant('at').notNull(),
  entries: integer('entries').notNull(),
  digest: bytes('digest').notNull(),
  previous: bytes('previous').notNull(),
  mac: bytes('mac').notNull(),
});
