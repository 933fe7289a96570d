import { call, defineContract, Id, Instant, IdPageQuery, pageOf, text } from '@nebula/contract';
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

export const jobs = defineContract({
  id: 'jobs',
  permissions: {
    'jobs:read': { role: 'viewer', summary: 'See runs and how they went' },
    'jobs:operate': { role: 'operator', summary: 'Cancel runs and settle unknown ones' },
  },
  actions: {
    cancel: { permission: 'jobs:operate', undo: null },
    resolve: { permission: 'jobs:operate', undo: null },
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
  },
});
