import type { Clock } from '@nebula/clock';
import type { Database } from '@nebula/db';
import { AppError, DriverError } from '@nebula/errors';
import type { Proxy } from '@nebula/proxy';
import { createCarefulLoad, type Outcome } from './careful-load.ts';
import type { Dresser } from './held.ts';
import { wantedRoutes } from './store.ts';

/** Makes the proxy serve what the database wants. */
export interface Applier {
  /**
   * Serves all wanted routes. Calls that come while one is under way are served by the next, together: each load of a
   * configuration cuts connections, so there are as few as can be. What makes a name worse is put back; see
   * {@link createCarefulLoad}, and {@link proveServed} for what became of one domain.
   *
   * @throws {DriverError} of the proxy
   */
  apply(signal: AbortSignal): Promise<Outcome>;
  /** The same where there is anything to serve; whoever owns the proxy may have loaded a configuration without our routes. */
  reconcile(): Promise<void>;
  /** The same once, with certificates of these names to be renewed at once. */
  renew(hosts: readonly string[], signal: AbortSignal): Promise<Outcome>;
  /** Does something short during which nothing is loaded, such as stopping an upstream that is held off. */
  withoutLoads<T>(work: () => Promise<T>): Promise<T>;
}

/** Milliseconds in which further changes are waited for before a load. */
const gatherMs = 250;
/** Of one load; when something gets worse there are up to four, each with looks before and after. */
const longestMs = 240_000;

export function createApplier(parts: {
  database: Database;
  dresser: Dresser;
  proxy: Proxy;
  clock: Clock;
  hostId: string;
  /** PEM of authorities that are trusted besides the usual ones. */
  roots: readonly string[];
}): Applier {
  const careful = createCarefulLoad(parts);
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<Outcome> | null = null;

  async function load(renewNow: readonly string[], signal: AbortSignal): Promise<Outcome> {
    const rows = await wantedRoutes(parts.database.sql, parts.hostId);
    const dress = await parts.dresser.dress(rows.map(({ id }) => id));
    const dressed = rows.map(({ id, route, goodRoute }) => ({
      id,
      route: dress(id, route, 'wanted'),
      goodRoute: goodRoute === null ? null : dress(id, goodRoute, 'good'),
    }));
    return await careful(dressed, renewNow, signal);
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
        return await load([], AbortSignal.timeout(longestMs));
      });
      return await next;
    },
    async reconcile() {
      if ((await wantedRoutes(parts.database.sql, parts.hostId, 1)).length === 0) return;
      await after(() => load([], AbortSignal.timeout(longestMs)));
    },
    renew: (hosts, signal) => after(() => load(hosts, signal)),
    withoutLoads: after,
  };
}

/**
 * Throws when the change of one domain is not served: a DriverError when the proxy refuses it, AppError MADE_WORSE when it was
 * put back.
 */
export function proveServed({ refused, held }: Outcome, id: string): void {
  const refusal = refused.find((each) => each.id === id);
  if (refusal !== undefined) {
    throw new DriverError('rejected', `The reverse proxy refuses the route: ${refusal.reason}`);
  }
  const why = held.get(id);
  if (why === undefined) return;
  throw new AppError(
    'MADE_WORSE',
    `It was loaded and put back: ${why}. With what was served before, all is as it was.`,
  );
}

/** What a load and the looks before and after came to, for people. */
export function loadText({ isChanged, looked }: Outcome): string[] {
  if (!isChanged) return ['The proxy served it already.'];
  return ['The configuration was loaded.', `${looked} names were well before; none is worse after.`];
}
