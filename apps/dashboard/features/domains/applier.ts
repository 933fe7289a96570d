import type { Clock } from '@nebula/clock';
import type { Database } from '@nebula/db';
import type { Applied, Proxy } from '@nebula/proxy';
import type { Dresser } from './held.ts';
import { wantedRoutes } from './store.ts';

/** Makes the proxy serve what the database wants. */
export interface Applier {
  /**
   * Serves all wanted routes. Calls that come while one is under way are served by the next, together: each load of a
   * configuration cuts connections, so there are as few as can be.
   *
   * @throws {DriverError} of the proxy
   */
  apply(signal: AbortSignal): Promise<Applied>;
  /** The same where there is anything to serve; whoever owns the proxy may have loaded a configuration without our routes. */
  reconcile(): Promise<void>;
  /** The same once, with certificates of these names to be renewed at once. */
  renew(hosts: readonly string[], signal: AbortSignal): Promise<Applied>;
}

/** Milliseconds in which further changes are waited for before a load. */
const gatherMs = 250;

export function createApplier(parts: {
  database: Database;
  dresser: Dresser;
  proxy: Proxy;
  clock: Clock;
  hostId: string;
}): Applier {
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<Applied> | null = null;

  async function load(renewNow: readonly string[], signal: AbortSignal): Promise<Applied> {
    const rows = await wantedRoutes(parts.database.sql, parts.hostId);
    const dress = await parts.dresser.dress(rows.map(({ id }) => id));
    const wanted = rows.map(({ id, route, goodRoute }) => ({
      route: dress(id, route),
      lastGood: goodRoute === null ? null : dress(id, goodRoute),
    }));
    return await parts.proxy.apply(wanted, { renewNow }, signal);
  }

  function after<T>(work: () => Promise<T>): Promise<T> {
    const done = running.then(work);
    running = done.catch(() => undefined);
    return done;
  }

  return {
    async apply(signal) {
      signal.throwIfAborted();
      // Not under one caller's signal: others wait for the same load.
      next ??= after(async () => {
        await parts.clock.sleep(gatherMs);
        next = null;
        return await load([], AbortSignal.timeout(120_000));
      });
      return await next;
    },
    async reconcile() {
      if ((await wantedRoutes(parts.database.sql, parts.hostId, 1)).length === 0) return;
      await after(() => load([], AbortSignal.timeout(120_000)));
    },
    renew: (hosts, signal) => after(() => load(hosts, signal)),
  };
}
