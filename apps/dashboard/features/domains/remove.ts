import { takeDownAll } from '@nebula/acme';
import { newId } from '@nebula/db';
import { AppError } from '@nebula/errors';
import { defineRun, type RunDefinition, type StepContext } from '@nebula/journal';
import type { Route } from '@nebula/proxy';
import { hasSameValues } from '@nebula/dns';
import { z } from 'zod';
import { proveServed } from './applier.ts';
import { rrsetText } from './evidence.ts';
import { waitingOf } from './obtain-certificate.ts';
import type { DomainParts } from './parts.ts';
import { proverOf } from './prove-name.ts';
import { takenBack } from './provision.ts';
import {
  accountOf,
  addressTypes,
  isKeeperGone,
  lookAtChanges,
  makeChanges,
  type RecordChange,
  takeBackChanges,
} from './records.ts';
import { deleteDomain, type DomainRow, findDomain, insertEvent, updateDomain } from './store.ts';

/** Kind of the run behind *Remove*. */
export const removeKind = 'domains.remove';

const Input = z.object({ id: z.uuid(), name: z.string(), hostId: z.string(), actor: z.string() });
type Input = z.infer<typeof Input>;

type Results = {
  look: { route: Route | null; goodRoute: Route | null; changes: RecordChange[]; evidence: string[] };
  route: { evidence: string[] };
  records: { evidence: string[] };
  proofs: { evidence: string[] };
  forget: { evidence: string[] };
};
type Context = StepContext<Input, Results>;

const retry = { max: 5, backoff: '2s' } as const;

/** Takes down the route and the records that we put there, then forgets the domain. Certificates stay until they expire. */
export function removeRun(parts: DomainParts): RunDefinition {
  const { applier, database } = parts;
  const rowOf = async ({ input }: Context): Promise<DomainRow> => {
    const row = await findDomain(database.sql, input.id);
    if (row === undefined) throw new AppError('NOT_FOUND', 'The domain is not there any more.');
    return row;
  };
  return defineRun<Input, Results>({
    kind: removeKind,
    title: 'Remove domain',
    parse: (input) => Input.parse(input),
    target: ({ id, name, hostId }) => ({ type: 'domain', id, name, hostId }),
    onConflict: 'refuse',
    cancellable: true,
    steps: () => [
      {
        name: 'look',
        title: 'See what there is to take down',
        effect: 'idempotent',
        timeout: '2m',
        retry,
        run: async (context) => {
          const row = await rowOf(context);
          const { changes, evidence } = await recordsToRemove(row, parts, context.signal);
          return { route: row.route, goodRoute: row.goodRoute, changes, evidence };
        },
        undo: {
          effect: 'idempotent',
          run: async ({ input }) => {
            await updateDomain(database.sql, input.id, { status: 'failed', problem: takenBack });
          },
        },
      },
      {
        name: 'route',
        title: 'Take the route out of the reverse proxy',
        effect: 'idempotent',
        timeout: '5m',
        retry,
        run: async ({ input, memory, signal, progress }) => {
          await updateDomain(database.sql, input.id, { route: null, goodRoute: null });
          if (memory.read('look').route === null) return { evidence: ['It had no route.'] };
          applier.giveUp(input.name);
          const outcome = await applier.apply(signal, {
            id: input.id,
            tell: (message) => progress(null, message),
          });
          proveServed(outcome, input.id);
          return { evidence: [outcome.isChanged ? 'The route is gone.' : 'The proxy served it no more.'] };
        },
        undo: {
          effect: 'idempotent',
          run: async ({ input, memory, signal }) => {
            const { route, goodRoute } = memory.read('look');
            if (route === null) return;
            await updateDomain(database.sql, input.id, { route, goodRoute });
            await applier.apply(signal, { id: input.id });
          },
        },
      },
      {
        name: 'records',
        title: 'Remove the DNS records that were made for it',
        effect: 'observable',
        timeout: '40m',
        retry,
        observe: async (context) => {
          const account = await accountLeft(await rowOf(context), parts);
          const { changes } = context.memory.read('look');
          if (account === null) return { done: { evidence: stayed(changes) } };
          const seen = await lookAtChanges(
            account.dns,
            account.zone,
            context.input.name,
            changes,
            context.signal,
          );
          return seen === 'done' ? { done: { evidence: removed(changes) } } : seen;
        },
        run: async (context) => {
          const { changes } = context.memory.read('look');
          if (changes.length === 0) return { evidence: ['No record of ours is to be removed.'] };
          const account = await accountLeft(await rowOf(context), parts);
          if (account === null) return { evidence: stayed(changes) };
          await makeChanges(account.dns, account.zone, changes, { ...context, name: context.input.name });
          return { evidence: removed(changes) };
        },
        undo: {
          effect: 'idempotent',
          run: async (context) => {
            const { changes } = context.memory.read('look');
            const account = changes.length === 0 ? null : await accountLeft(await rowOf(context), parts);
            if (account === null) return;
            await takeBackChanges(account.dns, account.zone, changes, {
              ...context,
              name: context.input.name,
            });
          },
        },
      },
      {
        name: 'proofs',
        title: 'Take away what proved its name to authorities',
        effect: 'idempotent',
        timeout: '40m',
        retry,
        run: async (context) => {
          const row = await rowOf(context);
          const left = await takeDownAll(row.id, proverOf(row, parts), parts, waitingOf(context));
          return {
            evidence: left.map((name) => `${name} may still stand; nobody here writes its records any more.`),
          };
        },
      },
      {
        name: 'forget',
        title: 'Forget the domain; what happened to it stays',
        effect: 'idempotent',
        timeout: '1m',
        retry,
        undo: null,
        run: async ({ input, runId, clock }) => {
          await database.transaction(async (sql) => {
            if ((await findDomain(sql, input.id)) === undefined) return;
            await insertEvent(sql, {
              id: newId(),
              domainId: input.id,
              name: input.name,
              at: clock.now(),
              kind: 'removed',
              summary: `${input.name} was removed.`,
              actor: input.actor,
              runId,
            });
            await deleteDomain(sql, input.id);
          });
          return { evidence: [] };
        },
      },
    ],
  });
}

/** Records that are still as we wrote them; others are left, and said to be. */
async function recordsToRemove(
  row: DomainRow,
  parts: DomainParts,
  signal: AbortSignal,
): Promise<{ changes: RecordChange[]; evidence: string[] }> {
  if (addressTypes.every((type) => row.records[type] === undefined)) {
    return { changes: [], evidence: ['No record was made for it.'] };
  }
  const account = await accountLeft(row, parts);
  const changes: RecordChange[] = [];
  const evidence: string[] = [];
  if (account === null) {
    const values = addressTypes.flatMap((type) => row.records[type] ?? []);
    return {
      changes,
      evidence: [
        `The provider of its records is not here any more: ${row.name} ${values.join(', ')} may still stand there.`,
      ],
    };
  }
  for (const type of addressTypes) {
    const ours = row.records[type];
    if (ours === undefined) continue;
    const { rrset, version } = await account.dns.find(account.zone, { name: row.name, type }, { signal });
    if (rrset === null) evidence.push(`The ${type} record is gone already.`);
    else if (hasSameValues(rrset, { ...rrset, values: ours }))
      changes.push({ type, before: rrset, version, after: null });
    else evidence.push(`${rrsetText(rrset)} is not what was written from here; it stays.`);
  }
  return { changes, evidence };
}

/** The account that keeps its records; null when nobody here does any more, which must not keep the domain here. */
async function accountLeft(row: DomainRow, parts: DomainParts): ReturnType<typeof accountOf> {
  return (await isKeeperGone(row, parts)) ? null : await accountOf(row, parts);
}

function stayed(changes: readonly RecordChange[]): string[] {
  return changes.map(
    ({ before }) => `${rrsetText(before)} may still stand: its provider is not here any more.`,
  );
}

function removed(changes: readonly RecordChange[]): string[] {
  return changes.map(({ before }) => `${rrsetText(before)} is gone.`);
}
