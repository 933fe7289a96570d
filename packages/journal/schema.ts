import { bigint, boolean, integer, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { RunState, StepState, Turn, Undo } from './state.ts';
import type { Effect } from './step.ts';

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

export const runs = pgTable('runs', {
  id: uuid('id').primaryKey(),
  kind: text('kind').notNull(),
  title: text('title').notNull(),
  hostId: text('host_id').notNull(),
  targetType: text('target_type').notNull(),
  targetId: text('target_id').notNull(),
  targetName: text('target_name').notNull(),
  actorKind: text('actor_kind').notNull(),
  actorId: text('actor_id').notNull(),
  actorName: text('actor_name').notNull(),
  requestId: text('request_id').notNull(),
  input: text('input').notNull(),
  state: text('state').$type<RunState>().notNull(),
  outcome: text('outcome').$type<Turn>(),
  isUndone: boolean('is_undone'),
  isCancellable: boolean('is_cancellable').notNull(),
  isCancelRequested: boolean('is_cancel_requested').notNull().default(false),
  isWaiting: boolean('is_waiting').notNull().default(false),
  fence: bigint('fence', { mode: 'number' }).notNull().default(0),
  worker: text('worker'),
  heartbeat: bigint('heartbeat', { mode: 'number' }).notNull().default(0),
  writes: bigint('writes', { mode: 'number' }).notNull().default(0),
  errorCode: text('error_code'),
  errorMessage: text('error_message'),
  lookStep: text('look_step'),
  lookWhy: text('look_why'),
  lookNext: text('look_next'),
  createdAt: instant('created_at').notNull(),
  startedAt: instant('started_at'),
  finishedAt: instant('finished_at'),
});

export const runSteps = pgTable(
  'run_steps',
  {
    runId: uuid('run_id').notNull(),
    index: integer('index').notNull(),
    name: text('name').notNull(),
    title: text('title').notNull(),
    effect: text('effect').$type<Effect>().notNull(),
    undo: text('undo').$type<Undo>().notNull(),
    state: text('state').$type<StepState>().notNull(),
    attempt: integer('attempt').notNull().default(0),
    undoAttempt: integer('undo_attempt').notNull().default(0),
    result: text('result'),
    errorCode: text('error_code'),
    errorMessage: text('error_message'),
    startedAt: instant('started_at'),
    finishedAt: instant('finished_at'),
  },
  (table) => [primaryKey({ columns: [table.runId, table.index] })],
);

export const runLocks = pgTable('run_locks', {
  target: text('target').primaryKey(),
  runId: uuid('run_id').notNull(),
});

export const runWaits = pgTable(
  'run_waits',
  {
    runId: uuid('run_id').notNull(),
    position: integer('position').notNull(),
    target: text('target').notNull(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.position] })],
);
