import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '@nebula/clock';
import { freePorts } from '@nebula/testbed';
import { proxyGround, routeTo, upstreamsAt } from '../apps/dashboard/features/domains/test-proxy.ts';
import {
  admit,
  type Instance,
  retire,
  type RollingParts,
} from '../apps/dashboard/features/domains/rolling.ts';
import { type Load, startLoad } from './steady-load.ts';
import { openTalks, startTalkServer } from './talks.ts';

/** What came of rolling deployments under load. */
export interface DrillOutcome {
  deploys: number;
  /** Whether all that were wanted were made. */
  isWhole: boolean;
  replaced: number;
  seconds: number;
  load: Load;
  /** Loads of the proxy's configuration while they went on. */
  loads: number;
  /** WebSockets of another site: how many there were, and how many answered still at the end. */
  talks: { opened: number; alive: number };
  /** The same after one load that changed a hundred routes at once. */
  afterLoad: { changed: number; alive: number };
}

const host = 'app.drill.test';
const talkHost = 'talk.drill.test';
const instances = 3;
/** Two more than instances, so that nobody waits until the failures of the one before are forgotten. */
const places = 5;
const talkCount = 20;
const drills = new Map<boolean, Promise<DrillOutcome>>();

/**
 * A hundred rolling deployments of an app with three instances, one instance after the other, under 200 requests a second over
 * HTTP/1.1 with and without keep-alive and HTTP/2, a quarter of them POSTs; and twenty WebSockets of another site meanwhile.
 * R1 and R2 are read from the same drill.
 */
export function drill(isQuick: boolean, signal: AbortSignal): Promise<DrillOutcome> {
  const known = drills.get(isQuick) ?? deploy(isQuick ? 3 : 100, signal);
  drills.set(isQuick, known);
  return known;
}

async function deploy(deploys: number, signal: AbortSignal): Promise<DrillOutcome> {
  await using stack = new AsyncDisposableStack();
  const { caddy, proxy } = stack.use(await proxyGround());
  const ports = await freePorts(places);
  const talkServer = stack.use(await startTalkServer());
  const route = routeTo('app', host, upstreamsAt(...ports), {
    health: { path: '/well', intervalSeconds: 1 },
    drainKey: 'keyforthedrillofdeploys',
  });
  const talk = routeTo('talk', talkHost, upstreamsAt(talkServer.port));
  await proxy.apply(
    [route, talk].map((each) => ({ route: each, lastGood: null })),
    {},
    signal,
  );

  // One at a time as it is: nobody else loads anything here.
  const parts: RollingParts = { proxy, clock: systemClock, applier: { withoutLoads: (work) => work() } };
  const running = new Map<number, ChildProcess>();
  stack.defer(async () => {
    for (const child of running.values()) child.kill('SIGKILL');
  });
  const at = (port: number): Instance => instanceAt(port, route, running);
  for (const port of ports.slice(0, instances)) await admit(parts, at(port), signal);
  const talks = stack.use(await openTalks(talkHost, caddy.httpsPort, talkCount));
  const load = stack.use(startLoad(host, caddy.httpsPort));

  const { version } = await proxy.state(signal);
  const began = Date.now();
  const unending = new AbortController().signal;
  // The one that was left longest ago comes first.
  const free = ports.slice(instances);
  let replaced = 0;
  let done = 0;
  // Interrupted, it tells of those that are done.
  while (done < deploys && !signal.aborted) {
    for (const old of [...running.keys()]) {
      const next = free.shift();
      if (next === undefined) throw new Error('every place is taken');
      await admit(parts, at(next), unending);
      await retire(parts, at(old), unending);
      free.push(old);
      replaced += 1;
    }
    done += 1;
    process.stderr.write(`\rdeploy ${done} of ${deploys} ${whyText(load.why())} `);
  }
  const seconds = (Date.now() - began) / 1000;
  const loads = (await proxy.state(unending)).version === version ? 0 : 1;
  const figures = await load.end();
  process.stderr.write('\n');
  const alive = await talks.alive();

  const many = Array.from({ length: 100 }, (_, n) =>
    routeTo(`many-${n}`, `many-${n}.drill.test`, { kind: 'answer', status: 200, body: '' }),
  );
  await proxy.apply(
    [route, talk, ...many].map((each) => ({ route: each, lastGood: null })),
    {},
    unending,
  );
  await sleep(1000);
  const afterLoad = { changed: many.length, alive: await talks.alive() };
  return {
    deploys: done,
    isWhole: done === deploys,
    replaced,
    seconds,
    load: figures,
    loads,
    talks: { opened: talkCount, alive },
    afterLoad,
  };
}

/** What failed, in words; empty when nothing did. */
export function whyText(why: Load['why']): string {
  return [...why].map(([what, count]) => `${count} × ${what}`).join('; ');
}

function instanceAt(port: number, route: Instance['route'], running: Map<number, ChildProcess>): Instance {
  return {
    route,
    upstream: { host: '127.0.0.1', port, isTls: false, isUnverified: false },
    patienceMs: 60_000,
    isRunning: async () => running.has(port),
    async start() {
      if (running.has(port)) return;
      const child = spawn(process.execPath, [join(import.meta.dirname, 'drill-app.ts'), String(port)], {
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      running.set(port, child);
    },
    async stop() {
      const child = running.get(port);
      if (child === undefined) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      // As the engine does: one that does not end is ended.
      const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await exited;
      clearTimeout(late);
      running.delete(port);
    },
  };
}
