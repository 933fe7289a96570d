import type { Clock } from '@nebula/clock';
import { AppError, DriverError } from '@nebula/errors';
import type { NamedStep, StepContext } from '@nebula/journal';
import { dialOf, type Proxy, type Route, type Upstream, whileDrained } from '@nebula/proxy';
import type { Applier } from './applier.ts';
import { probeHttp, reachOf } from './probe.ts';

/**
 * One instance of an app behind a route with several upstreams. Its address is among them whether it runs or not: the proxy
 * leaves out one that does not answer its health path, so nothing is loaded when instances come and go.
 */
export interface Instance {
  route: Route;
  upstream: Upstream;
  isRunning(signal: AbortSignal): Promise<boolean>;
  /** Starts it; nothing happens when it runs. */
  start(signal: AbortSignal): Promise<void>;
  /** Asks it to end and waits until it has; nothing happens when it does not run. */
  stop(signal: AbortSignal): Promise<void>;
  /** Milliseconds for which it may take to answer, and its requests under way to end. */
  patienceMs: number;
}

/** What a rolling deployment works with. */
export interface RollingParts {
  proxy: Proxy;
  clock: Clock;
  applier: Pick<Applier, 'withoutLoads'>;
}

type Evidence = { evidence: string[] };
type Act<Input, Results extends object> = Pick<
  NamedStep<string, Evidence, Input, Results>,
  'effect' | 'observe' | 'run' | 'undo'
>;
type InstanceOf<Input, Results extends object> = (
  context: StepContext<Input, Results>,
) => Instance | Promise<Instance>;

const pollMs = 200;
/** Between the proxy's look at an instance and the first request that it gives to it. */
const settleMs = 500;

/** The effect of a journal's step that starts an instance and waits until the proxy gives it requests. */
export function admitStep<Input, Results extends object>(
  parts: RollingParts,
  instanceOf: InstanceOf<Input, Results>,
): Act<Input, Results> {
  return {
    effect: 'idempotent',
    run: async (context) => await admit(parts, await instanceOf(context), context.signal),
    undo: {
      effect: 'idempotent',
      run: async (context) => {
        const instance = await instanceOf(context);
        if (await instance.isRunning(context.signal)) await retire(parts, instance, context.signal);
      },
    },
  };
}

/** The effect of a journal's step that takes an instance's requests away, waits for those under way and stops it. */
export function retireStep<Input, Results extends object>(
  parts: RollingParts,
  instanceOf: InstanceOf<Input, Results>,
): Act<Input, Results> {
  return {
    effect: 'observable',
    observe: async (context) => {
      const instance = await instanceOf(context);
      if (await instance.isRunning(context.signal)) return 'not-done';
      return { done: { evidence: [`${dialOf(instance.upstream)} is stopped.`] } };
    },
    run: async (context) => await retire(parts, await instanceOf(context), context.signal),
    undo: {
      effect: 'idempotent',
      run: async (context) => void (await admit(parts, await instanceOf(context), context.signal)),
    },
  };
}

/**
 * Starts an instance and waits until the proxy gives it requests: it answers for as long as the proxy takes to look at it
 * twice, and none of its earlier failures is remembered.
 *
 * @throws AppError NOT_ADMITTED when it does not within its patience
 */
export async function admit(
  { proxy, clock }: RollingParts,
  instance: Instance,
  signal: AbortSignal,
): Promise<Evidence> {
  const { route, upstream, patienceMs } = instance;
  const began = clock.now().getTime();
  await instance.start(signal);
  const { health } = route.options;
  const neededMs = settleMs + (health === null ? 0 : 2000 * health.intervalSeconds);
  let wellSince: number | null = null;
  for (;;) {
    const why = await unwell(instance, signal);
    const now = clock.now().getTime();
    wellSince = why === null ? (wellSince ?? now) : null;
    const isLookedAt = wellSince !== null && now - wellSince >= neededMs;
    if (isLookedAt && (await failuresOf(upstream, proxy, signal)) === 0) break;
    if (now - began > patienceMs) {
      const said = why ?? (isLookedAt ? 'the proxy remembers failures of it.' : 'it only just answers.');
      throw new AppError('NOT_ADMITTED', `${dialOf(upstream)} gets no requests: ${said}`);
    }
    await clock.sleep(pollMs, signal);
  }
  return { evidence: [`${dialOf(upstream)} answers and gets requests.`] };
}

/**
 * Takes an instance's requests away without a load, waits for those under way and stops it. Meanwhile nothing of ours is
 * loaded, since that would make the proxy forget; should this process die, the instance gets requests again by itself.
 *
 * @throws {DriverError} `rejected` when no other upstream takes requests
 */
export async function retire(
  { proxy, clock, applier }: RollingParts,
  instance: Instance,
  signal: AbortSignal,
): Promise<Evidence> {
  const { route, upstream, patienceMs } = instance;
  const dial = dialOf(upstream);
  await refuseTheLast(instance, signal);
  const left = await applier.withoutLoads(() =>
    whileDrained(proxy, { route, upstream }, { clock, patienceMs, signal }, async (under, held) => {
      await instance.stop(held);
      await waitUntilLeftOut(instance, clock, held);
      return under;
    }),
  );
  const end =
    left === 0
      ? 'All its requests were done.'
      : `${left} of its requests were cut after ${patienceMs / 1000} s.`;
  return { evidence: [`${dial} got no more requests. ${end} It is stopped.`] };
}

/** The proxy counts failures only of those that it tried: whether others answer is seen here. */
async function refuseTheLast(instance: Instance, signal: AbortSignal): Promise<void> {
  const { route, upstream } = instance;
  const others = route.target.kind === 'upstreams' ? route.target.upstreams : [];
  for (const other of others) {
    if (dialOf(other) === dialOf(upstream)) continue;
    if ((await unwell({ route, upstream: other }, signal)) === null) return;
  }
  throw new DriverError(
    'rejected',
    `No other instance of ${route.hosts.join(', ')} answers, so ${dialOf(upstream)} stays.`,
  );
}

/** The proxy leaves out what does not answer only when it has looked again; until then the instance is held off. */
async function waitUntilLeftOut({ route }: Instance, clock: Clock, signal: AbortSignal): Promise<void> {
  const { health } = route.options;
  if (health !== null) await clock.sleep(1000 * health.intervalSeconds + settleMs, signal);
}

/** Why an instance cannot take requests; null when it can. */
async function unwell(
  { route, upstream }: Pick<Instance, 'route' | 'upstream'>,
  signal: AbortSignal,
): Promise<string | null> {
  const [reach] = await reachOf([upstream], signal);
  if (reach !== undefined && reach.why !== null) return reach.why;
  const { health } = route.options;
  if (health === null || upstream.isTls) return null;
  const place = { name: upstream.host, address: upstream.host, port: upstream.port, path: health.path };
  try {
    const { status } = await probeHttp(place, signal);
    return status < 200 || status > 299 ? `${health.path} answers ${status}.` : null;
  } catch (error) {
    if (error instanceof DriverError) return error.message;
    throw error;
  }
}

async function failuresOf(upstream: Upstream, proxy: Proxy, signal: AbortSignal): Promise<number> {
  const dial = dialOf(upstream);
  return (await proxy.traffic(signal)).find(({ address }) => address === dial)?.fails ?? 0;
}
