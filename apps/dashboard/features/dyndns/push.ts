import { systemActor } from '@nebula/auth';
import type { Sql } from '@nebula/db';
import { processLocks } from '@nebula/dns';
import { AppError, DriverError } from '@nebula/errors';
import { appendEvents } from '@nebula/events';
import { defineJob } from '@nebula/jobs';
import type { RunSummary } from '@nebula/journal';
import { z } from 'zod';
import { leadTo } from '../dns/index.ts';
import { keepAddresses } from '../domains/index.ts';
import { dyndns } from './contract.ts';
import { type DyndnsParts, followerName, type PushJob, tokenActor } from './parts.ts';
import { keepProgress, keepRun, lockName, nameById, type NameRow, openNames, tokenById } from './store.ts';

const types = ['A', 'AAAA'] as const;
const Payload = z.object({ id: z.string(), looks: z.number() });

const firstLookMs = 1000;
const longestLookMs = 60_000;
const firstRetryMs = 5 * 60_000;
const longestRetryMs = 6 * 3_600_000;
const mostAtOnce = 500;

/** Looks at names until the provider has taken what is wanted of them. */
export interface Push {
  job: PushJob;
  /** Looks at every name that is not where it is wanted. */
  catchUp(signal: AbortSignal): Promise<void>;
}

/**
 * Brings names to where they are wanted: starts the runs that write their addresses, looks how they go, and begins again when
 * they failed. A name whose records another run changes just now is looked at again soon.
 */
export function createPush(parts: DyndnsParts): Push {
  const { access, clock, database, journal, log, queue } = parts;
  const turns = processLocks();

  /** How the newest address of one type is; starts its run where there is none. */
  async function advance(
    row: NameRow,
    type: 'A' | 'AAAA',
    address: string,
    signal: AbortSignal,
  ): Promise<Progress> {
    const { runs } = row;
    const known = runs[type];
    const isCurrent = known?.address === address;
    const run = isCurrent ? await journal.get(database.sql, known.runId) : null;
    // A run that failed is begun again when its time has come.
    const isSpent = run === null || (row.state === 'failed' && isOver(run));
    if (!isSpent) return progressOf(run);
    const token = row.tokenId === null ? undefined : await tokenById(database.sql, row.tokenId);
    const actor = token === undefined ? systemActor(followerName) : tokenActor(token);
    const { providerId, zone, name } = row;
    if (await isBusy(`${providerId}/${zone}/${name}/${type}`)) return stillOpen;
    try {
      const context = parts.systemContext(followerName, signal);
      const keep = async (sql: Sql, runId: string) => {
        runs[type] = { runId, address };
        if (!(await keepRun(sql, row, runs)))
          throw new AppError('TARGET_BUSY', 'Another address is wanted by now.');
      };
      const claim = (sql: Sql) => lockName(sql, row.id);
      const lead = { providerId, zone, name, type, address, actor, claim, keep };
      await leadTo({ access, journal, clock }, context, lead);
      return stillOpen;
    } catch (error) {
      if (error instanceof AppError && error.code === 'TARGET_BUSY') return stillOpen;
      if (error instanceof AppError || error instanceof DriverError)
        return { isOpen: false, problem: error.message };
      throw error;
    }
  }

  /** Whether another run changes these records; asked first, since a refused start is a refused change to be audited. */
  async function isBusy(targetId: string): Promise<boolean> {
    const filter = { states: [...openStates], targetType: 'dns-records', targetId };
    return (await journal.list(database.sql, filter, null, 1)).length > 0;
  }

  /** Answers whether there is more to wait for; one look at a name at a time. */
  const look = (id: string, signal: AbortSignal) => turns.hold(id, signal, () => lookNow(id, signal));

  async function lookNow(id: string, signal: AbortSignal): Promise<boolean> {
    const row = await nameById(database.sql, id);
    if (row === undefined || row.state === 'idle' || row.state === 'done') return false;
    if (row.state === 'failed' && (row.nextTryAt?.getTime() ?? 0) > clock.now().getTime()) return false;
    const problems: string[] = [];
    let isOpen = false;
    let isStuck = true;
    const able = await writableTypes(row);
    for (const type of types) {
      const address = row.wanted[type];
      if (address === undefined) continue;
      if (able !== null && !able.includes(type)) continue;
      const found = await advance(row, type, address, signal);
      isOpen ||= found.isOpen;
      if (found.problem === null) continue;
      problems.push(found.problem);
      isStuck &&= found.isStuck === true;
    }
    const skipped = types.filter((type) => row.wanted[type] !== undefined && able?.includes(type) === false);
    const remark =
      skipped.length === 0 ? null : `The provider takes no ${skipped.join(' and ')} records from here.`;
    if (problems.length > 0) {
      // What a person has to settle is looked at again soon: no attempt of ours failed.
      const attempts = isStuck ? row.attempts : row.attempts + 1;
      const inMs = isStuck ? firstRetryMs : Math.min(firstRetryMs * 2 ** row.attempts, longestRetryMs);
      await settle(row, {
        ...{ state: 'failed', problem: problems.join(' ').slice(0, 2000), attempts },
        nextTryAt: new Date(clock.now().getTime() + inMs),
      });
      return false;
    }
    if (isOpen) {
      const isNews = row.state !== 'queued' || row.problem !== remark;
      if (isNews) await settle(row, { state: 'queued', problem: remark, nextTryAt: null });
    } else {
      const settledAt = clock.now();
      await settle(row, { state: 'done', problem: remark, attempts: 0, nextTryAt: null, settledAt });
    }
    return isOpen;
  }

  /** Types of addresses that the account can write; null when it cannot be opened, which the run then tells. */
  async function writableTypes({ providerId }: NameRow): Promise<readonly string[] | null> {
    try {
      return (await access.open(database.sql, providerId)).capabilities().types;
    } catch (error) {
      if (error instanceof AppError || error instanceof DriverError) return null;
      throw error;
    }
  }

  async function settle(row: NameRow, progress: Parameters<typeof keepProgress>[2]): Promise<void> {
    await database.transaction(async (sql) => {
      if (!(await keepProgress(sql, row, progress))) return;
      if (progress.state === 'done') {
        const token = row.tokenId === null ? undefined : await tokenById(sql, row.tokenId);
        const actor = token?.label ?? followerName;
        await keepAddresses(sql, clock, { name: row.name, addresses: row.wanted, actor });
      }
      const { name, access: readers } = dyndns.events.changed;
      await appendEvents(sql, [{ topic: name, access: readers, data: { id: row.id } }]);
    });
  }

  const job = defineJob({
    name: 'dyndns.push',
    parse: (payload) => Payload.parse(payload),
    timeout: '5m',
    maxAttempts: 3,
    async run({ signal }, { id, looks }) {
      if (!(await look(id, signal))) return;
      const inMs = Math.min(firstLookMs * 2 ** looks, longestLookMs);
      const runAt = new Date(clock.now().getTime() + inMs);
      await queue.enqueue(database.sql, job, { id, looks: looks + 1 }, { runAt, key: pushKey(id) });
    },
  });

  return {
    job,
    async catchUp(signal) {
      for (const id of await openNames(database.sql, clock.now(), mostAtOnce)) {
        if (signal.aborted) return;
        try {
          await look(id, signal);
        } catch (error) {
          // One name's trouble is its own.
          log.error({ error, id }, 'a name that follows an address could not be looked at');
        }
      }
    },
  };
}

/** Key under which a look at a name waits. */
export function pushKey(id: string): string {
  return `dyndns:${id}`;
}

const stillOpen: Progress = { isOpen: true, problem: null };
const openStates = ['queued', 'running', 'cancelling', 'undoing', 'unknown'] as const;

function isOver({ state }: RunSummary): boolean {
  return state === 'failed' || state === 'cancelled';
}

function stuckSentence({ lookHere }: RunSummary): string {
  return lookHere === null
    ? 'Whether the address was written is not known; look at the run.'
    : `${lookHere.why} ${lookHere.next}`;
}

/** How far a run is; a stuck one goes on only once a person has looked. */
interface Progress {
  isOpen: boolean;
  problem: string | null;
  isStuck?: boolean;
}

function progressOf(run: RunSummary): Progress {
  switch (run.state) {
    case 'succeeded':
      return { isOpen: false, problem: null };
    case 'failed':
      return { isOpen: false, problem: run.error?.message ?? 'The run failed.' };
    case 'cancelled':
      return { isOpen: false, problem: 'The run was cancelled.' };
    case 'queued':
    case 'running':
    case 'cancelling':
    case 'undoing':
      return { isOpen: true, problem: null };
    case 'unknown':
      return { isOpen: false, problem: stuckSentence(run), isStuck: true };
    default:
      return run.state satisfies never;
  }
}
