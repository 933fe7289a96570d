import type { Clock } from '@nebula/clock';
import type { Sql } from '@nebula/db';
import { AppError } from '@nebula/errors';
import type { Journal } from '@nebula/journal';
import type { Change, Context } from '@nebula/runtime';
import type { DnsAccess } from './access.ts';
import { dns as contract } from './contract.ts';
import { recordsTarget, startChange } from './start-change.ts';
import { providerById } from './store.ts';

/** Where a name is to lead, and who said so. */
export interface Lead {
  providerId: string;
  zone: string;
  name: string;
  type: 'A' | 'AAAA';
  address: string;
  /** Who is named in the audit and the list of changes. */
  actor: NonNullable<Parameters<Change['record']>[0]['actor']>;
  /**
   * Locks what the caller keeps the run in, before the run's event is given its place: whoever locks it the other way round
   * would wait for us as we for them.
   */
  claim(sql: Sql): Promise<void>;
  /** Keeps the id of the run in the transaction that starts it. */
  keep(sql: Sql, runId: string): Promise<void>;
}

/** Short, since a home's address changes. */
const wishedTtl = 300;

/**
 * Starts the run that leads a name to one address, whatever stands there now; its time to live is kept. The run waits for limits
 * of the provider, can be undone, and is listed among the changes. Answers its id.
 *
 * @throws AppError NOT_FOUND without the provider, TARGET_BUSY while another change of these records goes on
 */
export async function leadTo(
  { access, journal, clock }: { access: DnsAccess; journal: Journal; clock: Clock },
  context: Context,
  { providerId, zone, name, type, address, actor, claim, keep }: Lead,
): Promise<string> {
  const provider = await providerById(context.sql, providerId);
  if (provider === undefined) throw new AppError('NOT_FOUND', 'There is no such DNS provider any more.');
  const { minimumTtl, maximumTtl, writes } = (await access.open(context.sql, providerId)).capabilities();
  const wanted = { ttl: Math.min(Math.max(wishedTtl, minimumTtl), maximumTtl), values: [address] };
  const at = { providerId, zone, name, type };
  return await context.write(contract.actions['write-records'], recordsTarget(at), async (change) => {
    await claim(change.sql);
    change.record({ actor, after: wanted });
    const planned = {
      ...{ ...at, providerName: provider.name, before: null, after: wanted },
      ...{ expected: null, isByHand: writes === 'hand' },
    };
    const { requestId } = context;
    const { runId } = await startChange(change, { journal, clock }, planned, { actor, requestId });
    await keep(change.sql, runId);
    return runId;
  });
}
