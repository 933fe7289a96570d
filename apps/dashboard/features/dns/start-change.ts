import type { Clock } from '@nebula/clock';
import { newId } from '@nebula/db';
import type { Journal, RunStarter } from '@nebula/journal';
import type { Change } from '@nebula/runtime';
import { changeKind } from './change-run.ts';
import { type ChangeRow, insertChange } from './store.ts';

/** A change of one set of records that was decided on. */
interface Planned
  extends Pick<ChangeRow, 'providerId' | 'providerName' | 'zone' | 'name' | 'type' | 'before' | 'after'> {
  /** Version that must be there; null when whatever is there may go. */
  expected: string | null;
  /** Whether a person makes it. */
  isByHand: boolean;
}

/** The target of an audit entry about a set of records. */
export function recordsTarget({
  providerId,
  zone,
  name,
  type,
}: Pick<Planned, 'providerId' | 'zone' | 'name' | 'type'>) {
  return { type: 'dns-records', id: `${providerId}/${zone}/${name}/${type}`, name: `${name} ${type}` };
}

/** Starts the run that makes a change, and lists it among the changes. */
export async function startChange(
  change: Change,
  { journal, clock }: { journal: Journal; clock: Clock },
  { expected, isByHand, ...planned }: Planned,
  { actor, requestId }: RunStarter,
): Promise<{ runId: string; changeId: string }> {
  const changeId = newId();
  const { providerId, zone, name, type, after: wanted } = planned;
  const input = { changeId, providerId, zone, name, type, wanted, expected, isByHand };
  // The run comes last but one: its event holds a lock until the commit.
  const runId = await journal.start(change.sql, changeKind, input, { actor, requestId });
  await insertChange(change.sql, {
    ...{ ...planned, id: changeId, runId, isMade: false, actorName: actor.name, createdAt: clock.now() },
  });
  change.record({ runId });
  return { runId, changeId };
}
