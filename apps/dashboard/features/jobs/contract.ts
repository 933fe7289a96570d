import { call, defineContract, Id, Instant, IdPageQuery, PageQuery, pageOf, text } from '@nebula/contract';
import { z } from 'zod';

export const RunState = z.enum([
  'queued',
  'running',
  'cancelling',
  'undoing',
  'succeeded',
  'failed',
  'cancelled',
  'unknown',
]);
export type RunState = z.infer<typeof RunState>;

export const StepState = z.enum([
  'pending',
  'intent',
  'done',
  'failed',
  'unknown',
  'undo-intent',
  'undone',
  'undo-failed',
  'undo-unknown',
  'skipped',
]);

const Problem = z.object({ code: z.string(), message: z.string() });

export const RunStep = z.object({
  name: z.string(),
  title: z.string(),
  effect: z.enum(['idempotent', 'observable', 'blind']),
  state: StepState,
  undo: z
    .enum(['nothing', 'impossible', 'idempotent', 'observable', 'blind'])
    .describe('How the step is taken back: nothing to do, not at all, or by an effect of this kind'),
  attempt: z.number().int(),
  startedAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
  error: Problem.nullable(),
});
export type RunStep = z.infer<typeof RunStep>;

/** A durable run: what it does to which target, how far it is, and who started it. */
export const Run = z.object({
  id: Id,
  kind: z.string(),
  title: z.string(),
  state: RunState,
  target: z.object({ type: z.string(), id: z.string(), name: z.string(), hostId: z.string() }),
  actor: z.object({ kind: z.string(), id: z.string(), name: z.string() }),
  requestId: z.string(),
  createdAt: Instant,
  startedAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
  outcome: z.enum(['failed', 'cancelled']).nullable().describe('Why it turned back, once it has'),
  isUndone: z
    .boolean()
    .nullable()
    .describe('Whether all that had been done was taken back; null unless it failed or was cancelled'),
  isCancellable: z.boolean(),
  isCancelRequested: z.boolean(),
  isWaiting: z.boolean().describe('Waits for another run on its target to end'),
  lookHere: z
    .object({ step: z.string(), why: z.string(), next: z.string() })
    .nullable()
    .describe('What a person must look at before an unknown run can go on'),
  error: Problem.nullable(),
  steps: z.array(RunStep),
});
export type Run = z.infer<typeof Run>;

/** How far a running step is; on the stream as state `jobs.progress`, one key per run. */
export const Progress = z.object({
  step: z.string(),
  fraction: z.number().min(0).max(1).nullable(),
  message: z.string(),
});
export type Progress = z.infer<typeof Progress>;

export const QueuedState = z.enum(['waiting', 'planned', 'running', 'retrying', 'dead']);
export type QueuedState = z.infer<typeof QueuedState>;

/** A job of the queue: background work that is not a durable run. One that succeeded has left the queue. */
export const QueuedJob = z.object({
  id: z.string(),
  name: z.string(),
  state: QueuedState.describe('`dead`: given up after its last try'),
  attempts: z.number().int(),
  maxAttempts: z.number().int(),
  runAt: Instant,
  createdAt: Instant,
  startedAt: Instant.nullable(),
  error: z.string().nullable().describe('Why the last try failed'),
});
export type QueuedJob = z.infer<typeof QueuedJob>;

export const Queue = z.object({
  name: z.string(),
  waiting: z.number().int(),
  planned: z.number().int(),
  running: z.number().int(),
  retrying: z.number().int(),
  dead: z.number().int(),
  oldestWaitingAt: Instant.nullable(),
});
export type Queue = z.infer<typeof Queue>;

export const Schedule = z.object({
  name: z.string(),
  everySeconds: z.number(),
  nextAt: Instant,
  last: z
    .object({
      startedAt: Instant,
      finishedAt: Instant,
      succeeded: z.boolean(),
      error: z.string().nullable(),
    })
    .nullable(),
});
export type Schedule = z.infer<typeof Schedule>;

const QueuedId = z.string().regex(/^[0-9]{1,18}$/, 'The id of a queued job is a number.');
const JobName = z
  .string()
  .regex(/^[a-z][a-z0-9-]*(\.[a-z0-9-]+)*$/, 'This is not the name of a job.')
  .max(100);

export const jobs = defineContract({
  id: 'jobs',
  permissions: {
    'jobs:read': { role: 'viewer', summary: 'See runs and how they went' },
    'jobs:operate': { role: 'operator', summary: 'Cancel runs, settle unknown ones, retry jobs' },
  },
  actions: {
    cancel: { permission: 'jobs:operate', undo: null },
    resolve: { permission: 'jobs:operate', undo: null },
    retry: { permission: 'jobs:operate', undo: null },
    discard: { permission: 'jobs:operate', undo: null },
    'run-schedule': { permission: 'jobs:operate', undo: null },
  },
  events: {
    'run-changed': { access: 'jobs:read', data: Run },
  },
  endpoints: {
    list: call({
      method: 'GET',
      path: '/jobs/runs',
      summary: 'Runs, newest first',
      access: 'jobs:read',
      query: IdPageQuery.extend({ state: RunState.optional(), targetId: text(200).optional() }),
      output: pageOf(Run),
    }),
    get: call({
      method: 'GET',
      path: '/jobs/runs/:id',
      summary: 'One run with its steps',
      access: 'jobs:read',
      params: z.object({ id: Id }),
      output: Run,
    }),
    cancel: call({
      method: 'POST',
      path: '/jobs/runs/:id/cancel',
      summary: 'Stop a run after its current step and undo what it did',
      access: 'jobs:operate',
      params: z.object({ id: Id }),
      output: Run,
      errors: { RUN_NOT_CANCELLABLE: 409 },
    }),
    resolve: call({
      method: 'POST',
      path: '/jobs/runs/:id/resolve',
      summary: 'Say whether the effect of an unknown step happened, so that the run can go on',
      access: 'jobs:operate',
      params: z.object({ id: Id }),
      body: z.object({ verdict: z.enum(['done', 'not-done']) }),
      output: Run,
      errors: { RUN_NOT_UNKNOWN: 409 },
    }),
    queues: call({
      method: 'GET',
      path: '/jobs/queues',
      summary: 'How many background jobs of each name are in which state',
      access: 'jobs:read',
      output: z.object({ items: z.array(Queue) }),
    }),
    listQueued: call({
      method: 'GET',
      path: '/jobs/queued',
      summary: 'Background jobs in the queue, newest first',
      access: 'jobs:read',
      query: PageQuery.extend({
        cursor: QueuedId.optional(),
        state: QueuedState.optional(),
        name: JobName.optional(),
      }),
      output: pageOf(QueuedJob),
    }),
    retryQueued: call({
      method: 'POST',
      path: '/jobs/queued/:id/retry',
      summary: 'Start a failed job afresh, now',
      access: 'jobs:operate',
      limit: '60/1m',
      params: z.object({ id: QueuedId }),
      output: QueuedJob,
      errors: { JOB_NOT_RETRYABLE: 409 },
    }),
    discardQueued: call({
      method: 'DELETE',
      path: '/jobs/queued/:id',
      summary: 'Take a job that was given up out of the queue',
      access: 'jobs:operate',
      limit: '60/1m',
      params: z.object({ id: QueuedId }),
      errors: { JOB_NOT_DEAD: 409 },
    }),
    schedules: call({
      method: 'GET',
      path: '/jobs/schedules',
      summary: 'What runs again and again: when next, and how it ended last',
      access: 'jobs:read',
      output: z.object({ items: z.array(Schedule) }),
    }),
    runSchedule: call({
      method: 'POST',
      path: '/jobs/schedules/:name/run',
      summary: 'Run a scheduled job now',
      access: 'jobs:operate',
      limit: '20/1m',
      params: z.object({ name: JobName }),
    }),
  },
});
