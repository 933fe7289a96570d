import { DriverError } from '@nebula/errors';
import { appendEvents } from '@nebula/events';
import type { Log } from '@nebula/log';
import { domains } from './contract.ts';
import type { DomainParts } from './parts.ts';

/** Most domains that one line of the log names. */
const mostLogged = 50;

/**
 * Makes the look that has the proxy serve what is wanted, whoever changed it meanwhile; tells of domains that are served otherwise
 * than the look before found. A proxy that is away serves nothing of ours, which domains say by their checks.
 */
export function reconciler({ applier, database }: Pick<DomainParts, 'applier' | 'database'>) {
  let told: ReadonlyMap<string, string> = new Map();
  return async (log: Log, signal: AbortSignal): Promise<void> => {
    try {
      await applier.reconcile(signal);
    } catch (error) {
      if (!(error instanceof DriverError)) throw error;
      log.warn({ error }, 'the reverse proxy could not be told what to serve');
      return;
    }
    const unserved = applier.unserved();
    const ids = [...new Set([...told.keys(), ...unserved.keys()])];
    const news = ids.filter((id) => told.get(id) !== unserved.get(id));
    if (news.length === 0) return;
    const some = [...unserved].slice(0, mostLogged);
    log.warn({ unserved: some }, 'what is not served as wanted is another than before');
    const { name: topic, access } = domains.events.changed;
    const events = news.map((id) => ({ topic, access, data: { id } }));
    await database.transaction((sql) => appendEvents(sql, events));
    told = unserved;
  };
}
