import { actorName } from '@nebula/auth';
import type { Clock } from '@nebula/clock';
import { newId, type Sql } from '@nebula/db';
import type { Context } from '@nebula/runtime';
import { domains } from './contract.ts';
import { isForRuns } from './service.ts';
import { domainsNamed, insertEvent, lockDomain, updateDomain } from './store.ts';

/** A domain as who leads its name needs to know it. */
export interface LedDomain {
  id: string;
  name: string;
  /** Whether its records are kept from here at all; where not, they are those of whoever leads the name. */
  isKept: boolean;
  /** Whether they follow the public address from here. */
  followsAddress: boolean;
  isRemoving: boolean;
}

/** The domains among these names. */
export async function ledDomains(sql: Sql, names: readonly string[]): Promise<LedDomain[]> {
  const rows = await domainsNamed(sql, names);
  return rows.map(({ id, name, dns, followsAddress, status }) => ({
    ...{ id, name, isKept: dns.kind === 'provider' },
    followsAddress: followsAddress && dns.kind === 'provider',
    isRemoving: status === 'removing',
  }));
}

/** Makes a domain follow the public address; does nothing where it does already. */
export async function beginFollowing(context: Context, clock: Clock, domain: LedDomain): Promise<void> {
  const { id, name } = domain;
  if (domain.followsAddress) return;
  await context.write(domains.actions.update, { type: 'domain', id, name }, async (change) => {
    const row = await lockDomain(change.sql, id);
    // Somebody else may have been at it since it was looked at.
    if (row === undefined || row.followsAddress || row.status === 'removing') return;
    const wanted = { followsAddress: true };
    await updateDomain(change.sql, id, {
      ...{ ...wanted, version: row.version + 1, updatedAt: clock.now() },
      ...(isForRuns(wanted) && row.status !== 'new' ? { isChanged: true } : {}),
    });
    const actor = actorName(context.actor);
    await insertEvent(change.sql, {
      ...{ id: newId(), domainId: id, name, at: clock.now(), kind: 'changed' as const, actor, runId: null },
      summary: 'followsAddress changed.',
    });
    change.record({ before: { followsAddress: row.followsAddress }, after: wanted });
    change.emit(domains.events.changed, { id });
  });
}

/**
 * Takes note of addresses that somebody leads a domain to, so that it knows its records as its own. In a transaction, in which
 * the domain is held until the end: after what the caller holds, and before any event.
 */
export async function keepAddresses(
  sql: Sql,
  clock: Clock,
  led: { name: string; addresses: { A?: string | undefined; AAAA?: string | undefined }; actor: string },
): Promise<void> {
  const [named] = await domainsNamed(sql, [led.name]);
  const row = named === undefined ? undefined : await lockDomain(sql, named.id);
  if (row === undefined || row.status === 'removing') return;
  const records = { ...row.records };
  const changed: string[] = [];
  for (const type of ['A', 'AAAA'] as const) {
    const address = led.addresses[type];
    // What was never written for this domain does not become its own.
    if (address === undefined || records[type] === undefined || records[type].join() === address) continue;
    records[type] = [address];
    changed.push(`${type} ${address}`);
  }
  if (changed.length === 0) return;
  await updateDomain(sql, row.id, { records });
  await insertEvent(sql, {
    ...{ id: newId(), domainId: row.id, name: row.name, at: clock.now(), kind: 'address', runId: null },
    ...{ summary: `It leads to ${changed.join(' and ')} now.`, actor: led.actor },
  });
}
