import { newId } from '@nebula/db';
import { AppError, DriverError } from '@nebula/errors';
import { defineRun, type Journal, type RunDefinition } from '@nebula/journal';
import type { Context } from '@nebula/runtime';
import { z } from 'zod';
import { domains } from './contract.ts';
import { rrsetText } from './evidence.ts';
import type { DomainParts } from './parts.ts';
import { addressTypes, makeChanges, ownedAfter, planRecords } from './records.ts';
import { servedAfter, type DomainRow, findDomain, insertEvent, lockDomain, updateDomain } from './store.ts';

/** Kind of the run that leads names to a new address. */
export const followKind = 'domains.follow';

const Addresses = z.object({ A: z.string().nullable(), AAAA: z.string().nullable() });
type Addresses = z.infer<typeof Addresses>;

const Input = z.object({
  providerId: z.string(),
  zone: z.string(),
  hostId: z.string(),
  addresses: Addresses,
  ids: z.array(z.uuid()).max(10_000),
});
type Input = z.infer<typeof Input>;

const retry = { max: 5, backoff: '5s' } as const;

/**
 * Leads the names of one zone to a new address. A name whose records somebody else changed is left and told of; the others go
 * on. What was there is not put back: it is not our address any more.
 */
export function followRun(parts: DomainParts): RunDefinition {
  const { database, naming } = parts;
  return defineRun<Input, { records: { evidence: string[] } }>({
    kind: followKind,
    title: 'Follow the public address',
    parse: (input) => Input.parse(input),
    target: ({ providerId, zone, hostId }) => ({
      type: 'dns-zone',
      id: `${providerId}/${zone}`,
      name: zone,
      hostId,
    }),
    // Nobody takes a domain down, or brings it up, between our look at it and the write of its records.
    also: ({ ids, hostId }) => ids.map((id) => ({ type: 'domain', id, hostId })),
    onConflict: 'refuse',
    cancellable: true,
    steps: () => [
      {
        name: 'records',
        title: 'Write the new address, name by name',
        effect: 'idempotent',
        timeout: '6h',
        retry,
        undo: null,
        run: async ({ input, runId, signal, progress, clock }) => {
          const opened = await naming.open(input.providerId);
          if (opened === null)
            throw new AppError('PROVIDER_UNKNOWN', 'The DNS provider is not there any more.');
          const evidence: string[] = [];
          let last: DriverError | null = null;
          for (const [index, id] of input.ids.entries()) {
            const row = await findDomain(database.sql, id);
            // Being taken down, or kept by another account since the run began.
            const isStill =
              row?.dns.kind === 'provider' &&
              row.dns.zone === input.zone &&
              row.dns.providerId === input.providerId;
            if (row === undefined || !isStill || row.status === 'removing') continue;
            progress(index / input.ids.length, row.name);
            try {
              const wanted = withKept(input.addresses, row);
              const changes = await planRecords(row, opened.dns, input.zone, wanted, false, signal);
              await makeChanges(opened.dns, input.zone, changes, { signal, progress, name: row.name });
              await database.transaction(async (sql) => {
                // What somebody else took note of meanwhile stays.
                const records = (await lockDomain(sql, id))?.records ?? row.records;
                await updateDomain(sql, id, { records: ownedAfter(records, changes) });
                for (const { before, after } of changes) {
                  const summary = `${rrsetText(before)} became ${rrsetText(after)}.`;
                  evidence.push(summary);
                  await insertEvent(sql, {
                    ...{
                      id: newId(),
                      domainId: id,
                      name: row.name,
                      at: clock.now(),
                      kind: 'address' as const,
                    },
                    ...{ summary, actor: 'NebulaCommand', runId },
                  });
                }
              });
            } catch (error) {
              // One name's trouble is its own; what the provider refuses for all is tried again.
              if (!(error instanceof DriverError) && !(error instanceof AppError)) throw error;
              if (error instanceof DriverError) last = error;
              evidence.push(`${row.name}: ${error.message}`);
            }
          }
          if (last !== null && (last.kind === 'unavailable' || last.kind === 'rate-limited')) throw last;
          return { evidence };
        },
      },
    ],
  });
}

/** Starts one run for each zone whose names lead elsewhere than to the address of now; answers how many. */
export async function followAddress(
  parts: DomainParts & { journal: Journal },
  context: Context,
): Promise<number> {
  const [v4, v6] = await Promise.all([parts.naming.publicAddress(4), parts.naming.publicAddress(6)]);
  const addresses = { A: v4.address, AAAA: v6.address };
  // Nobody to ask is no reason to lead names elsewhere.
  if (addresses.A === null && addresses.AAAA === null) return 0;
  const busy = await busyDomains(parts.journal, context);
  const zones = new Map<string, { providerId: string; zone: string; ids: string[] }>();
  let after: string | null = null;
  for (;;) {
    const rows: DomainRow[] = await servedAfter(parts.database.sql, after, 500);
    for (const row of rows) {
      if (row.dns.kind !== 'provider' || !row.followsAddress || busy.has(row.id)) continue;
      if (!isElsewhere(row, addresses)) continue;
      const { providerId, zone } = row.dns;
      const key = `${providerId}/${zone}`;
      const found = zones.get(key) ?? { providerId, zone, ids: [] };
      found.ids.push(row.id);
      zones.set(key, found);
    }
    const last = rows.at(-1);
    if (rows.length < 500 || last === undefined) break;
    after = last.name;
  }
  let started = 0;
  for (const { providerId, zone, ids } of zones.values()) {
    const { hostId, journal } = parts;
    const input = { providerId, zone, hostId, addresses, ids };
    const target = { type: 'dns-zone', id: `${providerId}/${zone}`, name: zone, hostId };
    try {
      await context.write(domains.actions.follow, target, async (change) => {
        const { actor, requestId } = context;
        const runId = await journal.start(change.sql, followKind, input, { actor, requestId });
        change.record({ after: { addresses, names: ids.length }, runId });
      });
      started += 1;
    } catch (error) {
      // The run before is still at it, perhaps waiting for a limit of the provider; the next look finds what is left.
      if (!(error instanceof AppError) || error.code !== 'TARGET_BUSY') throw error;
    }
  }
  return started;
}

/** Domains that another run works on: one of them must not keep the others of its zone from being led on. */
async function busyDomains(journal: Journal, { sql }: Context): Promise<Set<string>> {
  const states = ['queued', 'running', 'cancelling', 'undoing', 'unknown'] as const;
  const runs = await journal.list(sql, { states: [...states], targetType: 'domain' }, null, 1000);
  return new Set(runs.map(({ target }) => target.id));
}

function isElsewhere(row: DomainRow, addresses: Addresses): boolean {
  return addressTypes.some((type) => {
    const address = addresses[type];
    const ours = row.records[type];
    return address !== null && ours !== undefined && ours.join() !== address;
  });
}

/** An address family that nobody could tell just now stays as it is. */
function withKept(addresses: Addresses, row: DomainRow): Addresses {
  return {
    A: addresses.A ?? row.records.A?.[0] ?? null,
    AAAA: addresses.AAAA ?? row.records.AAAA?.[0] ?? null,
  };
}
