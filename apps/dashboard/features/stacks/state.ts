import type { Drift, Stack, StackService, StackState } from './contract-shapes.ts';
import { type Found, madeFrom } from './found.ts';

/** What the files say, as far as it was looked at. */
export interface Declared {
  /** Compose's own hash of each service; null when compose refuses the files. */
  hashes: ReadonlyMap<string, string> | null;
  problem: string | null;
  images: ReadonlyMap<string, string>;
}

/** How a stack is; pure. `declared` is undefined while its files were not looked at. */
export function stackOf(found: Found, declared: Declared | undefined, hostId: string): Stack {
  const services = servicesOf(found);
  const { name, folder, place, reason, containers } = found;
  const isRunning = (one: string) =>
    (services.get(one) ?? []).every(
      (row) => row.state === 'running' || row.state === 'paused' || hasEnded(row),
    );
  const running = [...services.keys()].filter(isRunning).length;
  return {
    ...{ name, hostId, folder, place, reason, running },
    state: stateOf(found, services.size, running),
    drift: driftOf(found, declared),
    services: services.size,
    unhealthy: containers.filter(({ state, health }) => state === 'running' && health === 'unhealthy').length,
  };
}

/** The services of a stack: those of its files and those of its containers. */
export function serviceList(found: Found, declared: Declared | undefined): StackService[] {
  const services = servicesOf(found);
  const names = new Set([...(declared?.hashes?.keys() ?? []), ...services.keys()]);
  return [...names].sort().map((name) => {
    const rows = services.get(name) ?? [];
    const hash = declared?.hashes?.get(name);
    return {
      name,
      image: rows[0]?.image ?? declared?.images.get(name) ?? '',
      isDeclared: hash !== undefined,
      isEdited:
        declared !== undefined &&
        declared.hashes !== null &&
        rows.length > 0 &&
        (hash === undefined || rows.some((row) => madeFrom(row).hash !== hash)),
      containers: rows.map(({ id, name: own, state, health, status }) => ({
        id,
        name: own,
        state,
        health,
        status,
      })),
      ports: rows
        .flatMap(({ ports }) => ports)
        .flatMap(({ published, protocol, address }) =>
          published === null ? [] : [{ published, protocol, address: address ?? '0.0.0.0' }],
        ),
    };
  });
}

function servicesOf({ containers }: Found) {
  return Map.groupBy(containers, (row) => madeFrom(row).service);
}

/** A task that did its work and ended well is no gap in a stack that runs. */
function hasEnded({ state, status }: Found['containers'][number]): boolean {
  return state === 'exited' && /^Exited \(0\)/.test(status);
}

function stateOf({ place, containers }: Found, services: number, running: number): StackState {
  if (containers.length === 0) return 'not-created';
  if (containers.every(({ state }) => state === 'exited' || state === 'created' || state === 'dead'))
    return place === 'missing' ? 'file-missing' : 'stopped';
  if (place === 'missing') return 'file-missing';
  return running === services ? 'running' : 'partly';
}

function driftOf(found: Found, declared: Declared | undefined): Drift {
  if (found.place !== 'managed') return 'unknown';
  if (declared === undefined) return 'unknown';
  if (declared.hashes === null) return 'invalid';
  if (found.containers.length === 0) return 'none';
  const services = servicesOf(found);
  const names = new Set([...declared.hashes.keys(), ...services.keys()]);
  for (const name of names) {
    const hash = declared.hashes.get(name);
    const rows = services.get(name);
    if (hash === undefined || rows === undefined) return 'edited';
    if (rows.some((row) => madeFrom(row).hash !== hash)) return 'edited';
  }
  return 'none';
}
