import { type FSWatcher, watch } from 'node:fs';
import type { Clock } from '@nebula/clock';
import type { Docker } from '@nebula/docker';
import type { Hub } from '@nebula/events';
import type { Log } from '@nebula/log';
import type { Declarations } from './declared.ts';
import type { Finder, Found } from './found.ts';
import { stackOf } from './state.ts';

interface Deps {
  docker: Docker;
  hub: Hub;
  clock: Clock;
  log: Log;
  finder: Finder;
  declarations: Declarations;
  roots: readonly string[];
  hostId: string;
}

const topic = 'stacks.stack';
const access = 'stacks:read';
const settleMs = 400;
const retryMs = [500, 1000, 2000, 5000];
const mostWatched = 200;
const changing = /^(?:create|start|die|destroy|rename|pause|unpause|health_status)/;

/** Publishes stacks as live state whenever a container or a file of theirs changes; asks nothing while nothing happens. */
export function createLiveStacks({ docker, hub, clock, log, finder, declarations, roots, hostId }: Deps) {
  const shown = new Set<string>();
  const watchers = new Map<string, FSWatcher>();

  async function publish(signal: AbortSignal): Promise<void> {
    const all = await finder.all(signal);
    for (const found of all) {
      // Compose is asked only for somebody who looks; until then the files are not known.
      const declared =
        hub.readers > 0 ? await declarations.of(found, signal) : await declarations.known(found);
      hub.setState(topic, found.name, access, stackOf(found, declared, hostId));
    }
    const names = new Set(all.map(({ name }) => name));
    for (const name of shown) if (!names.has(name)) hub.setState(topic, name, access, null);
    shown.clear();
    for (const name of names) shown.add(name);
    watchOnly([...roots, ...foldersOf(all)].slice(0, mostWatched));
  }

  let wake = (): void => undefined;
  let isChanged = true;
  const changed = () => {
    isChanged = true;
    wake();
  };

  function watchOnly(folders: string[]): void {
    const wanted = new Set(folders);
    for (const [folder, watcher] of watchers) {
      if (wanted.has(folder)) continue;
      watcher.close();
      watchers.delete(folder);
    }
    for (const folder of wanted) {
      if (watchers.has(folder)) continue;
      try {
        const watcher = watch(folder, { persistent: false }, changed);
        watcher.on('error', () => {
          watcher.close();
          watchers.delete(folder);
        });
        watchers.set(folder, watcher);
      } catch (error) {
        // A folder that is not there yet, or too many of them: a look at the page still finds what changed.
        log.debug({ error, folder }, 'a folder of stacks is not watched');
      }
    }
  }

  async function session(stop: AbortSignal): Promise<void> {
    const ended = new AbortController();
    const signal = AbortSignal.any([stop, ended.signal]);
    signal.addEventListener('abort', () => wake(), { once: true });
    isChanged = true;
    const hearing = (async () => {
      for await (const { action } of docker.events(signal)) if (changing.test(action)) changed();
    })().finally(() => ended.abort());
    hearing.catch(() => undefined);
    try {
      while (!signal.aborted) {
        if (!isChanged) await new Promise<void>((resolve) => (wake = resolve));
        // What happens together is looked at once.
        await clock.sleep(settleMs, signal).catch(() => undefined);
        isChanged = false;
        if (!signal.aborted) await publish(signal);
      }
    } finally {
      ended.abort();
      await Promise.allSettled([hearing]);
    }
    await hearing;
  }

  return {
    /** To be looked at anew, since somebody has begun to look or a run has ended. */
    changed,
    async run(signal: AbortSignal): Promise<void> {
      try {
        for (let attempt = 0; !signal.aborted; attempt += 1) {
          await session(signal).catch((error: unknown) => {
            if (!signal.aborted) log.debug({ error }, 'stacks are not followed while the engine is away');
          });
          await clock
            .sleep(retryMs[Math.min(attempt, retryMs.length - 1)] ?? 5000, signal)
            .catch(() => undefined);
        }
      } finally {
        watchOnly([]);
      }
    },
  };
}

function foldersOf(all: Found[]): string[] {
  return all.filter(({ place }) => place === 'managed').map(({ folder }) => folder);
}
