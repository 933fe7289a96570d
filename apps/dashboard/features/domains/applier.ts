import type { Clock } from '@nebula/clock';
import type { Database } from '@nebula/db';
import { AppError, DriverError } from '@nebula/errors';
import type { Changes, Proxy } from '@nebula/proxy';
import { hideHashes } from './accounts.ts';
import { createCarefulLoad, type Outcome } from './careful-load.ts';
import { createComing } from './coming.ts';
import type { Dresser } from './held.ts';
import { wantedRoutes } from './store.ts';

/** Makes the proxy serve what the database wants. */
export interface Applier {
  /**
   * Serves all wanted routes. Calls that come while one is under way are served by the next, together: each load of a
   * configuration cuts connections, so there are as few as can be. What makes a name worse is put back; see
   * {@link createCarefulLoad}, and {@link proveServed} for what became of one domain. A load that changes something waits while
   * certificates are on their way that the proxy ordered: it would cancel the orders, and the authority counts each anew.
   *
   * @throws {DriverError} of the proxy
   */
  apply(signal: AbortSignal, options?: ApplyOptions): Promise<Outcome>;
  /** The certificate that is shown for a name was seen, with the names that it has; no load needs to wait for it. */
  noteSeen(host: string, names: readonly string[]): void;
  /** Nobody waits for the certificate of a name any more, so no load needs to either. */
  giveUp(host: string): void;
  /** The same where there is anything to serve; whoever owns the proxy may have loaded a configuration without our routes. */
  reconcile(signal: AbortSignal): Promise<void>;
  /**
   * The same, with the certificate of a name to be renewed at once. That holds for loads of others too, which come at least every
   * minute, until {@link renewed} or for as long as a renewal is waited for.
   */
  renew(host: string, signal: AbortSignal, options?: ApplyOptions): Promise<Outcome>;
  /** The same, with its certificate renewed at its time again. */
  renewed(host: string, signal: AbortSignal, options?: ApplyOptions): Promise<Outcome>;
  /** Domains that are not served as wanted, with why, as the last load found. */
  unserved(): ReadonlyMap<string, string>;
  /** Does something short during which nothing is loaded, such as stopping an upstream that is held off. */
  withoutLoads<T>(work: () => Promise<T>): Promise<T>;
}

/** What whoever applies says besides. */
export interface ApplyOptions {
  /** The domain that the caller changed: a load without it, since it has to come later, is not the one that is waited for. */
  id?: string;
  /** Is told what the load waits for. */
  tell?: (message: string) => void;
}

/** What came of a load, and ids of routes that a later one brings. */
interface Loaded {
  outcome: Outcome;
  postponed: ReadonlySet<string>;
}

/** Nothing was loaded, since certificates are on their way; with what the load would have changed. */
class LoadHeld extends Error {
  override readonly name = 'LoadHeld';
  readonly changes: Changes;

  constructor(changes: Changes) {
    super('The configuration waits for certificates.');
    this.changes = changes;
  }
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
  /** Those who wait for a load of a change of one domain, by what answers them. */
  const waiting = new Map<(outcome: Outcome) => void, string>();
  /** Whether some of them came after the last look at what a load would change. */
  let hasNewcomers = false;
  /** How many wait for any load. */
  let callers = 0;
  /** Names whose certificates are due now, each with the time (ms) until which they are. */
  const due = new Map<string, number>();
  const coming = createComing(parts.clock);

  /** Who waits for a load, and what all of them wait for just now. */
  const listeners = new Set<(message: string) => void>();
  let reason: string | null = null;

  /** Null when it has to wait. */
  async function load(signal: AbortSignal): Promise<Loaded | null> {
    const now = parts.clock.now().getTime();
    for (const [host, until] of due) if (until <= now) due.delete(host);
    const renewNow = [...due.keys()];
    // Those who ask later may have changed what is read now.
    const asked = [...waiting];
    hasNewcomers = false;
    const rows = await wantedRoutes(parts.database.sql, parts.hostId);
    const dress = await parts.dresser.dress(rows.map(({ id }) => id));
    const dressed = rows.map(({ id, route, goodRoute, seenNames }) => {
      const wanted = dress(id, route, 'wanted');
      const good = goodRoute === null ? null : dress(id, goodRoute, 'good');
      const problems = { problem: wanted.problem, goodProblem: good?.problem };
      return { id, route: wanted.route, goodRoute: good?.route ?? null, seenNames, ...problems };
    });
    const present = new Set((await parts.proxy.state(signal)).ours);
    const { rows: chosen, postponed } = coming.choose(dressed, present);
    let ordered: ReadonlySet<string> = new Set();
    const gate = (changes: Changes) => {
      if (coming.names(present).length > 0) throw new LoadHeld(changes);
      ordered = coming.noteLoading(chosen, present, changes, renewNow);
    };
    // What was seen is no part of what is wanted.
    const wanted = chosen.map(({ seenNames: _seen, ...row }) => row);
    try {
      const outcome = await careful(wanted, renewNow, signal, gate);
      unserved = unservedIn(outcome);
      for (const row of chosen) if (unserved.has(row.id)) coming.noteRefused(row, ordered.has(row.id));
      reason = null;
      return { outcome, postponed };
    } catch (error) {
      if (!(error instanceof LoadHeld)) throw error;
      for (const [answer, id] of asked) {
        const { changed, refused } = error.changes;
        const isAsWanted = !changed.includes(id) && !refused.includes(id) && !postponed.has(id);
        if (isAsWanted)
          answer({ isChanged: false, refused: [], looked: 0, held: new Map(), staying: new Map() });
      }
      return null;
    }
  }

  /** Does work after all that came before it, whatever became of that. */
  function after<T>(work: () => Promise<T>): Promise<T> {
    const done = running.then(work);
    running = done.catch(() => undefined);
    return done;
  }

  async function apply(signal: AbortSignal, { id, tell }: ApplyOptions = {}): Promise<Outcome> {
    if (tell !== undefined) listeners.add(tell);
    callers += 1;
    try {
      for (;;) {
        // A load that waits looks again: this one may be answered already, or bring back what the proxy lost.
        hasNewcomers = true;
        signal.throwIfAborted();
        if (reason !== null) tell?.(reason);
        // Not under one caller's signal: others wait for the same load.
        next ??= gathered();
        const { outcome, postponed } = await unlessAborted(orServed(next, id), signal);
        if (id === undefined || !postponed.has(id)) return outcome;
        await unlessAborted(untilSeen(), signal);
      }
    } finally {
      callers -= 1;
      if (tell !== undefined) listeners.delete(tell);
    }
  }

  /** A load or, when it has to wait although it would change nothing of this domain, as soon as that is known. */
  function orServed(load: Promise<Loaded>, id: string | undefined): Promise<Loaded> {
    if (id === undefined) return load;
    return new Promise((resolve, reject) => {
      const answer = (outcome: Outcome) => resolve({ outcome, postponed: new Set() });
      waiting.set(answer, id);
      load.then(resolve, reject).finally(() => waiting.delete(answer));
    });
  }

  function gathered(): Promise<Loaded> {
    const own = gather();
    own.catch(() => {
      if (next === own) next = null;
    });
    return own;

    async function gather(): Promise<Loaded> {
      await parts.clock.sleep(gatherMs);
      for (;;) {
        const loaded = await after(async () => {
          if (next === own) next = null;
          return await load(AbortSignal.timeout(longestMs));
        });
        if (loaded !== null) return loaded;
        // Those who asked meanwhile wait for the same.
        if (next !== null) return await next;
        next = own;
        await untilSeen(() => hasNewcomers);
        if (callers > 0) continue;
        next = null;
        throw new LoadHeld({ changed: [], certificates: [], refused: [] });
      }
    }
  }

  /** Waits until no certificate is on its way or nobody waits for it, and says so. */
  async function untilSeen(isEnough: () => boolean = () => false): Promise<void> {
    for (let names = coming.names(); names.length > 0 && callers > 0; names = coming.names()) {
      const message = `waits for the certificate of ${names.join(', ')}, which is on its way`;
      if (message !== reason) for (const tell of listeners) tell(message);
      reason = message;
      await parts.clock.sleep(pollMs);
      if (isEnough()) return;
    }
    reason = null;
  }

  return {
    apply,
    noteSeen: coming.noteSeen,
    giveUp: coming.giveUp,
    async reconcile(signal) {
      if ((await wantedRoutes(parts.database.sql, parts.hostId, 1)).length === 0) return;
      await apply(signal);
    },
    async renew(host, signal, options) {
      const until = () => parts.clock.now().getTime() + renewalMs;
      due.set(host, until());
      const outcome = await apply(signal, options);
      // Whoever renews waits from now on.
      if (due.has(host)) due.set(host, until());
      return outcome;
    },
    async renewed(host, signal, options) {
      due.delete(host);
      coming.giveUp(host);
      return await apply(signal, options);
    },
    unserved: () => unserved,
    withoutLoads: after,
  };
}

/** What a promise comes to, or the reason of a signal if that comes first; what the promise stands for goes on. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
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

const refusalText = (reason: string) => `The reverse proxy refuses the route: ${hideHashes(reason)}`;
const putBackText = (why: string) =>
  `It was loaded and put back: ${why}. With what was served before, all is as it was.`;

/** What a load and the looks before and after came to, for people. */
export function loadText({ isChanged, looked }: Outcome): string[] {
  if (!isChanged) return ['The proxy served it already.'];
  return ['The configuration was loaded.', `${looked} names were well before; none is worse after.`];
}
