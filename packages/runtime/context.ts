import type { Audit, AuditEntry } from '@nebula/audit';
import { type Actor, hasFreshProof, type Judge, nobody, stepUpScope } from '@nebula/auth';
import type { Clock } from '@nebula/clock';
import type { Action, Event, Permission } from '@nebula/contract';
import type { Database, Sql } from '@nebula/db';
import { AppError } from '@nebula/errors';
import { appendEvents, type OutboxEvent } from '@nebula/events';
import type { EnqueueOptions, Job, Jobs } from '@nebula/jobs';
import type { Log } from '@nebula/log';
import type { z } from 'zod';

/** What a change is about. `hostId` is `local` unless given. */
export interface Target {
  type: string;
  id: string;
  name?: string;
  hostId?: string;
}

/** Handed to the function of {@link Context.write}: everything done through it commits together or not at all. */
export interface Change {
  readonly sql: Sql;
  /** Remembers the state before and after for the audit; secrets are taken out. */
  record(details: {
    origin?: { address: string; userAgent: string };
    before?: unknown;
    after?: unknown;
    target?: Target;
    runId?: string;
    actor?: Actor;
  }): void;
  /** Publishes an event once the change has committed. */
  emit<D extends z.ZodType>(event: Event<D>, data: z.input<D>): void;
  /** Adds a job that exists only if the change commits. */
  enqueue<P>(job: Job<P>, payload: P, options?: EnqueueOptions): Promise<void>;
}

/** Who acts, with what, and for how long; the first argument of every verb. */
export interface Context {
  readonly actor: Actor;
  /** For reading. Changes go through {@link write}. */
  readonly sql: Sql;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly requestId: string;
  can(permission: Permission): boolean;
  /** Throws what {@link write} would throw of who acts, audited as there; for what is done before the change that tells of it. */
  prove(action: Action, target: Target): Promise<void>;
  /**
   * The only way to change something: checks that the actor may, runs `work` in a transaction, and writes the audit entry,
   * events and jobs in it. Throws FORBIDDEN, or STEP_UP_REQUIRED when the action asks for a fresh proof and there is
   * none; refused and failed tries are audited too.
   */
  write<T>(action: Action, target: Target, work: (change: Change) => Promise<T>): Promise<T>;
}

/** What contexts are made of. */
export interface ContextParts {
  database: Database;
  audit: Audit;
  clock: Clock;
  jobs: Jobs;
  judge: Judge;
}

/** Makes the contexts of one application. */
export function createContexts(parts: ContextParts) {
  return (request: { actor: Actor; log: Log; signal: AbortSignal; requestId: string }): Context => ({
    ...request,
    sql: parts.database.sql,
    can: (permission) => parts.judge.can(request.actor, permission),
    prove: (action, target) => prove(parts, request, action, entryFor(request, action, target)),
    write: (action, target, work) => write(parts, request, action, target, work),
  });
}

async function prove(
  parts: ContextParts,
  request: { actor: Actor; log: Log },
  action: Action,
  entry: AuditEntry,
): Promise<void> {
  if (!isAllowed(parts.judge, request.actor, action)) {
    await appendAlone(parts, request.log, { ...entry, outcome: 'denied', code: 'FORBIDDEN' });
    throw new AppError('FORBIDDEN', `You may not do this; it needs the permission ${action.permission}.`);
  }
  if (action.stepUp === true && !hasFreshProof(request.actor, parts.clock.now())) {
    await appendAlone(parts, request.log, { ...entry, outcome: 'denied', code: 'STEP_UP_REQUIRED' });
    throw stepUpRequired(request.actor);
  }
}

async function write<T>(
  parts: ContextParts,
  request: { actor: Actor; log: Log; requestId: string },
  action: Action,
  target: Target,
  work: (change: Change) => Promise<T>,
): Promise<T> {
  const entry = entryFor(request, action, target);
  await prove(parts, request, action, entry);
  try {
    return await parts.database.transaction(async (sql) => {
      const events: OutboxEvent[] = [];
      const result = await work({
        sql,
        record({ target: precise, actor, ...details }) {
          Object.assign(entry, details);
          if (precise !== undefined) entry.target = fullTarget(precise);
          if (actor !== undefined) entry.actor = actor;
        },
        emit(event, data) {
          events.push({ topic: event.name, access: event.access, data: event.data.parse(data) });
        },
        enqueue: (job, payload, options) => parts.jobs.enqueue(sql, job, payload, options),
      });
      await parts.audit.append(sql, entry);
      await appendEvents(sql, events);
      return result;
    });
  } catch (error) {
    const code = error instanceof AppError ? error.code : 'INTERNAL';
    await appendAlone(parts, request.log, {
      ...entry,
      outcome: code === 'FORBIDDEN' ? 'denied' : 'failed',
      code,
    });
    throw error;
  }
}

function isAllowed(judge: Judge, actor: Actor, action: Action): boolean {
  if (action.permission === 'public') return true;
  if (action.permission === 'signed-in') return actor.kind !== nobody.kind;
  return judge.can(actor, action.permission);
}

function stepUpRequired(actor: Actor): AppError {
  return new AppError(
    'STEP_UP_REQUIRED',
    actor.kind === 'user'
      ? 'This needs a fresh proof that it is you.'
      : `This needs a fresh proof of a person; an API key needs the scope ${stepUpScope} for it, by its full name.`,
  );
}

/** Audits what did not happen. When even that fails, the log says so: the change itself was refused already. */
async function appendAlone(parts: ContextParts, log: Log, entry: AuditEntry): Promise<void> {
  try {
    await parts.audit.append(parts.database.sql, { ...entry, after: undefined });
  } catch (error) {
    log.error(
      { error, action: entry.action, outcome: entry.outcome },
      'a refused change could not be audited',
    );
  }
}

function entryFor(request: { actor: Actor; requestId: string }, action: Action, target: Target): AuditEntry {
  const { kind, id, name } = request.actor;
  return {
    actor: { kind, id, name },
    action: action.name,
    target: fullTarget(target),
    requestId: request.requestId,
    outcome: 'done',
  };
}

function fullTarget(target: Target) {
  return {
    type: target.type,
    id: target.id,
    name: target.name ?? target.id,
    hostId: target.hostId ?? 'local',
  };
}
