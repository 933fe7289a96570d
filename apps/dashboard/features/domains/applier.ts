import type { Clock } from '@nebula/clock';
import type { Database } from '@nebula/db';
import { AppError, DriverError } from '@nebula/errors';
import type { Proxy } from '@nebula/proxy';
import { createCarefulLoad, type Outcome } from './careful-load.ts';
import { createComing } from './coming.ts';
import type { Dresser } from './held.ts';
import { wantedRoutes } from './store.ts';

/** Makes the proxy serve what the database wants. */
export interface Applier {
  /**
   * Serves all wanted routes. Calls that come while one is under way are served by the next, together: each load of a
   * configuration cuts connections, so there are as few as can be. What makes a name worse is put back; see
   * {@link createCarefulLoad}, and {@link proveServed} for what became of one domain. A load waits while certificates are on their
   * way that a load before has the proxy order: it would cancel the orders, and the authority counts each anew.
   *
   * @throws {DriverError} of the proxy
   */
  apply(signal: AbortSignal, options?: LoadOptions): Promise<Outcome>;
  /** Loads of others need not wait any longer for the certificate of a name: it is there, or will not come by itself. */
  arrived(host: string): void;
  /** The same where there is anything to serve; whoever owns the proxy may have loaded a configuration without our routes. */
  reconcile(): Promise<void>;
  /**
   * The same, with the certificate of a name to be renewed at once. That holds for loads of others too, which come at least every
   * minute, until {@link renewed} or for as long as a renewal is waited for.
   */
  renew(host: string, signal: AbortSignal): Promise<Outcome>;
  /** The same, with its certificate renewed at its time again. */
  renewed(host: string, signal: AbortSignal): Promise<Outcome>;
  /** Domains that are not served as wanted, with why, as the last load found. */
  unserved(): ReadonlyMap<string, string>;
  /** Does something short during which nothing is loaded, such as stopping an upstream that is held off. */
  withoutLoads<T>(work: () => Promise<T>): Promise<T>;
}

/** What is said beside a load. */
export interface LoadOptions {
  /** A name whose certificate the proxy orders with this load, until {@link Applier.arrived}. */
  awaits?: string;
  /** Is told what the load waits for. */
  tell?: (message: string) => void;
}

/** What came of a load, and names that a later one brings to the proxy. */
interface Loaded {
  outcome: Outcome;
  postponed: ReadonlySet<string>;
}

/** Milliseconds in which further changes are waited for before a load. */
const gatherMs = 250;
const pollMs = 100;
/** How long a renewal is waited for. */
export const renewalMs = 5 * 60_000;
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
  let unserved: ReadonlyMap<string, string> = new Map();
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<Loaded> | null = null;
  /** Names whose certificates are due now, each with the time (ms) until which they are. */
  const due = new Map<string, number>();
  const coming = createComing(parts.clock);

  async function load(signal: AbortSignal): Promise<Loaded> {
    const now = parts.clock.now().getTime();
    for (const [host, until] of due) if (until <= now) due.delete(host);
    const renewNow = [...due.keys()];
    const rows = await wantedRoutes(parts.database.sql, parts.hostId);
    const dress = await parts.dresser.dress(rows.map(({ id }) => id));
    const dressed = rows.map(({ id, route, goodRoute, isCertified }) => {
      const wanted = dress(id, route, 'wanted');
      const good = goodRoute === null ? null : dress(id, goodRoute, 'good');
      const problems = { problem: wanted.problem, goodProblem: good?.problem };
      return { id, route: wanted.route, goodRoute: good?.route ?? null, isCertified, ...problems };
    });
    const chosen = coming.choose(dressed);
    const outcome = await careful(chosen.rows, renewNow, signal);
    unserved = unservedIn(outcome);
    coming.loaded(chosen.rows, outcome.isChanged, unserved);
    return { outcome, postponed: chosen.postponed };
  }

  function after<T>(work: () => Promise<T>): Promise<T> {
    const done = running.then(work);
    running = done.catch(() => undefined);
    return done;
  }

  /** The same, when no certificate is on its way; nothing else waits meanwhile. */
  async function whenArrived<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      while (coming.names().length > 0) await parts.clock.sleep(pollMs);
      // Another load may have ended just before this one's turn.
      const done = await after(async () => (coming.names().length > 0 ? null : { result: await work() }));
      if (done !== null) return done.result;
    }
  }

  async function apply(signal: AbortSignal, { awaits, tell }: LoadOptions = {}): Promise<Outcome> {
    for (;;) {
      signal.throwIfAborted();
      if (awaits !== undefined) coming.order(awaits);
      const names = coming.names();
      if (names.length > 0) tell?.(`waits for ${names.join(', ')}, whose certificate is on its way`);
      // Not under one caller's signal: others wait for the same load.
      next ??= gathered();
      const { outcome, postponed } = await next;
      if (awaits === undefined || !postponed.has(awaits)) return outcome;
    }
  }

  async function gathered(): Promise<Loaded> {
    await parts.clock.sleep(gatherMs);
    return await whenArrived(async () => {
      next = null;
      return await load(AbortSignal.timeout(longestMs));
    });
  }

  return {
    apply,
    arrived: coming.arrived,
    async reconcile() {
      if ((await wantedRoutes(parts.database.sql, parts.hostId, 1)).length === 0) return;
      await whenArrived(() => load(AbortSignal.timeout(longestMs)));
    },
    async renew(host, signal) {
      due.set(host, parts.clock.now().getTime() + renewalMs);
      return await apply(signal, { awaits: host });
    },
    async renewed(host, signal) {
      due.delete(host);
      coming.arrived(host);
      return await apply(signal);
    },
    unserved: () => unserved,
    withoutLoads: after,
  };
}

/**
 * Throws when the change of one domain is not served: AppError CERTIFICATE_LOST when its certificate cannot be had, MADE_WORSE
 * when it was put back, and a DriverError when the proxy refuses it.
 */
export function proveServed(outcome: Outcome, id: string): void {
  const lost = outcome.staying.get(id);
  if (lost !== undefined) throw new AppError('CERTIFICATE_LOST', lost);
  proveAnswers(outcome, id);
}

/** The same where only what the domain answers over plain HTTP matters. */
export function proveAnswers({ refused, held }: Outcome, id: string): void {
  const refusal = refused.find((each) => each.id === id);
  if (refusal !== undefined) throw new DriverError('rejected', refusalText(refusal.reason));
  const why = held.get(id);
  if (why !== undefined) throw new AppError('MADE_WORSE', putBackText(why));
}

function unservedIn({ refused, held, staying }: Outcome): Map<string, string> {
  return new Map([
    ...[...held].map(([id, why]) => [id, putBackText(why)] as const),
    ...refused.map(({ id, reason }) => [id, refusalText(reason)] as const),
    ...staying,
  ]);
}

const refusalText = (reason: string) => `The reverse proxy refuses the route: ${reason}`;
const putBackText = (why: string) =>
  `It was loaded and put back: ${why}. With what was served before, all is as it was.`;

/** What a load and the looks before and after came to, for people. */
export function loadText({ isChanged, looked }: Outcome): string[] {
  if (!isChanged) return ['The proxy served it already.'];
  return ['The configuration was loaded.', `${looked} names were well before; none is worse after.`];
}
