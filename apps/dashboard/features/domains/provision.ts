import { newId } from '@nebula/db';
import { AppError } from '@nebula/errors';
import { defineRun, type RunDefinition, type Step, type StepContext } from '@nebula/journal';
import type { Route } from '@nebula/proxy';
import { z } from 'zod';
import { loadText, proveServed } from './applier.ts';
import { rrsetText } from './evidence.ts';
import { certificateFor, withoutCertificate } from './obtain-certificate.ts';
import type { DomainParts } from './parts.ts';
import { visit, waitForNameServers } from './prove.ts';
import {
  accountOf,
  lookAtChanges,
  makeChanges,
  ownedBefore,
  ownedSince,
  planRecords,
  type RecordChange,
  takeBackChanges,
} from './records.ts';
import { routeOf } from './route.ts';
import type { SeenCertificate } from './schema.ts';
import { type DomainRow, findDomain, insertEvent, lockDomain, updateDomain } from './store.ts';
import { validate, type Validation } from './validate.ts';

/** Kind of the run behind *Provision*. */
export const provisionKind = 'domains.provision';

const Input = z.object({
  id: z.uuid(),
  name: z.string(),
  hostId: z.string(),
  /** Whether records that somebody else put there may be replaced. */
  replaces: z.boolean(),
  actor: z.string(),
});
type Input = z.infer<typeof Input>;

type Results = {
  validate: Validation;
  address: {
    A: string | null;
    AAAA: string | null;
    changes: RecordChange[];
    /** Values of ours before this run. */
    prior: DomainRow['records'];
    evidence: string[];
  };
  record: { evidence: string[] };
  propagate: { evidence: string[] };
  route: { before: Route | null; evidence: string[] };
  apply: { evidence: string[] };
  certificate: { certificate: SeenCertificate; evidence: string[] };
  verify: { evidence: string[] };
};
type Context = StepContext<Input, Results>;

const retry = { max: 5, backoff: '2s' } as const;
/** What a domain says until the run tells why, and of a run that a person cancelled. */
export const takenBack = 'The run was taken back.';

/** Brings a domain to working HTTPS; what a failed run did is taken back. */
export function provisionRun(parts: DomainParts): RunDefinition {
  const { applier, database, naming } = parts;
  const rowOf = async ({ input }: Context): Promise<DomainRow> => {
    const row = await findDomain(database.sql, input.id);
    if (row === undefined) throw new AppError('NOT_FOUND', 'The domain is not there any more.');
    return row;
  };

  const steps: Step<Input, Results>[] = [
    {
      name: 'validate',
      title: 'Check zone, provider, target and name',
      effect: 'idempotent',
      timeout: '2m',
      retry,
      run: async (context) => {
        // What is changed after this instant is for the next run.
        await updateDomain(database.sql, context.input.id, { isChanged: false });
        return await validate(await rowOf(context), parts, context.signal);
      },
      // Nothing was done yet; what is taken back is only that a run is at it.
      undo: {
        effect: 'idempotent',
        run: async ({ input }) => {
          await updateDomain(database.sql, input.id, { status: 'failed', problem: takenBack });
        },
      },
    },
    {
      name: 'address',
      title: 'Find the public address and what stands in DNS',
      effect: 'idempotent',
      timeout: '2m',
      retry,
      run: async (context) => {
        const row = await rowOf(context);
        const [v4, v6] = await Promise.all([naming.publicAddress(4), naming.publicAddress(6)]);
        if (v4.address === null && v6.address === null) {
          throw new AppError(
            'NO_ADDRESS',
            `This machine has no public address. IPv4: ${v4.reason} IPv6: ${v6.reason}`,
          );
        }
        const addresses = { A: v4.address, AAAA: v6.address };
        const account = await accountOf(row, parts);
        const changes =
          account === null
            ? []
            : await planRecords(
                row,
                account.dns,
                account.zone,
                addresses,
                context.input.replaces,
                context.signal,
              );
        const evidence = [
          v4.address === null ? `No IPv4: ${v4.reason}` : v4.evidence,
          v6.address === null ? `No IPv6: ${v6.reason}` : v6.evidence,
        ];
        return { ...addresses, changes, prior: row.records, evidence };
      },
    },
    {
      name: 'record',
      title: 'Write the DNS records',
      effect: 'observable',
      timeout: '40m',
      retry,
      plan: async (context) =>
        (context.memory.find('address')?.changes ?? []).map(({ type, before, after }) => ({
          kind: after === null ? 'remove' : 'write',
          target: `${context.input.name} ${type}`,
          before: rrsetText(before),
          after: rrsetText(after),
        })),
      observe: async (context) => {
        const account = await accountOf(await rowOf(context), parts);
        const { changes } = context.memory.read('address');
        if (account === null) return { done: recordResult(changes, context) };
        const seen = await lookAtChanges(
          account.dns,
          account.zone,
          context.input.name,
          changes,
          context.signal,
        );
        return seen === 'done' ? { done: recordResult(changes, context) } : seen;
      },
      run: async (context) => {
        const account = await accountOf(await rowOf(context), parts);
        const { changes } = context.memory.read('address');
        if (account !== null) {
          await makeChanges(account.dns, account.zone, changes, { ...context, name: context.input.name });
        }
        return recordResult(changes, context);
      },
      undo: {
        effect: 'idempotent',
        run: async (context) => {
          const account = await accountOf(await rowOf(context), parts);
          const changes = context.memory.find('address')?.changes ?? [];
          if (account === null) return;
          await takeBackChanges(account.dns, account.zone, changes, { ...context, name: context.input.name });
        },
      },
    },
    {
      name: 'propagate',
      title: 'Wait until every name server shows them',
      effect: 'idempotent',
      timeout: '6h',
      retry,
      run: (context) =>
        waitForNameServers(context.input.name, context.memory.read('address'), context, parts),
    },
    {
      name: 'route',
      title: 'Keep whose the records are, and render the route beside the one before',
      effect: 'idempotent',
      timeout: '1m',
      retry,
      run: async (context) => {
        const row = await rowOf(context);
        const route = routeOf(row, context.memory.read('validate').target, parts.issuers);
        const before = row.goodRoute;
        const { prior, changes } = context.memory.read('address');
        await keepRoute(parts, row.id, route, (owned) => ownedSince(owned, prior, changes));
        return {
          before,
          evidence: [before === null ? 'The name had no route.' : 'The route before is kept.'],
        };
      },
      undo: {
        effect: 'idempotent',
        run: async (context) => {
          const row = await rowOf(context);
          // Without a result the route that is served is still the one before.
          const route = context.memory.find('route')?.before ?? row.goodRoute;
          const { prior, changes } = context.memory.read('address');
          await keepRoute(parts, row.id, route, (owned) => ownedBefore(owned, prior, changes));
        },
      },
    },
    {
      name: 'apply',
      title: 'Load it into the reverse proxy',
      effect: 'idempotent',
      timeout: '5m',
      retry,
      run: async ({ input, signal, progress }) => {
        const tell = (message: string) => progress(null, message);
        const outcome = await applier.apply(signal, { id: input.id, tell });
        proveServed(outcome, input.id);
        const row = await findDomain(database.sql, input.id);
        await updateDomain(database.sql, input.id, { goodRoute: row?.route ?? null });
        return { evidence: loadText(outcome) };
      },
      undo: {
        effect: 'idempotent',
        run: async ({ input, memory, signal }) => {
          await putRouteBack(parts, input.id, memory.read('route').before);
          applier.giveUp(input.name);
          await applier.apply(signal, { id: input.id });
        },
      },
    },
    {
      name: 'certificate',
      title: 'Wait for the certificate',
      effect: 'idempotent',
      timeout: '2h',
      retry,
      run: async (context) => {
        const seen = await certificateFor(await rowOf(context), context, parts);
        await updateDomain(database.sql, context.input.id, { certificate: seen.certificate });
        return seen;
      },
      undo: {
        effect: 'idempotent',
        run: async (context) => await withoutCertificate(await rowOf(context), context, parts),
      },
    },
    {
      name: 'verify',
      title: 'Visit it over HTTPS, from here and as others see it',
      effect: 'idempotent',
      timeout: '3m',
      retry: { max: 3, backoff: '1s' },
      run: async (context) => {
        const { A, AAAA } = context.memory.read('address');
        const evidence = await visit(context.input.name, A ?? AAAA, context.signal, parts);
        const { input, runId, clock } = context;
        await database.transaction(async (sql) => {
          const row = await updateDomain(sql, input.id, {
            status: 'active',
            problem: null,
            updatedAt: clock.now(),
          });
          if (row === undefined) throw new AppError('NOT_FOUND', 'The domain is not there any more.');
          await insertEvent(sql, {
            id: newId(),
            domainId: input.id,
            name: input.name,
            at: clock.now(),
            kind: 'provisioned',
            summary: `${input.name} answers over HTTPS.`,
            actor: input.actor,
            runId,
          });
        });
        return { evidence };
      },
    },
  ];
  return defineRun<Input, Results>({
    kind: provisionKind,
    title: 'Provision domain',
    parse: (input) => Input.parse(input),
    target: ({ id, name, hostId }) => ({ type: 'domain', id, name, hostId }),
    onConflict: 'refuse',
    cancellable: true,
    steps: () => steps,
  });
}

/** Keeps a route and whose the records are; between its look at them and its write nobody settles others. */
async function keepRoute(
  { database }: DomainParts,
  id: string,
  route: Route | null,
  records: (owned: DomainRow['records']) => DomainRow['records'],
): Promise<void> {
  await database.transaction(async (sql) => {
    const row = await lockDomain(sql, id);
    if (row !== undefined) await updateDomain(sql, id, { route, records: records(row.records) });
  });
}

async function putRouteBack({ database }: DomainParts, id: string, before: Route | null): Promise<void> {
  await updateDomain(database.sql, id, { route: before, goodRoute: before });
}

function recordResult(changes: readonly RecordChange[], { input, memory }: Context): { evidence: string[] } {
  if (changes.length > 0) {
    return {
      evidence: changes.map(({ before, after }) => `${rrsetText(before)} became ${rrsetText(after)}.`),
    };
  }
  const { A, AAAA } = memory.read('address');
  const wanted = [A === null ? '' : `A ${A}`, AAAA === null ? '' : `AAAA ${AAAA}`].filter(
    (text) => text !== '',
  );
  return { evidence: [`Nothing to write; wanted is ${input.name} ${wanted.join(' and ')}.`] };
}
