import type { Attention, OverviewPart } from '@nebula/runtime';
import type { Container } from './contract.ts';
import type { Inventory } from './inventory.ts';

/** What containers give to the overview: how many are in which state, and which need a look. */
export function containersOverview(inventory: Inventory): OverviewPart {
  return {
    needs: 'containers:read',
    async tile() {
      const { isReachable, detail } = inventory.engine();
      const states: Record<string, number> = {};
      const rows = inventory.all();
      for (const { state } of rows) states[state] = (states[state] ?? 0) + 1;
      const unhealthy = rows.filter(
        ({ state, health }) => state === 'running' && health === 'unhealthy',
      ).length;
      return { isReachable, detail, total: rows.length, states, unhealthy };
    },
    async attention() {
      const engine = inventory.engine();
      if (!engine.isReachable) {
        return [
          { id: 'containers.engine', severity: 'critical', sentence: engine.detail, path: '/containers' },
        ];
      }
      return inventory.all().flatMap(ofContainer);
    },
  };
}

/** What the list alone shows of a container that needs a look. */
export function ofContainer({ id, app, name, state, health, isOutOfMemory }: Container): Attention[] {
  const path = `/containers/${id}`;
  // Why it ended stands beside what it used and wrote before.
  const story = `/apps/${encodeURIComponent(app)}`;
  if (state === 'restarting') {
    const sentence = `${name} starts and stops again and again.`;
    return [{ id: `containers.restarting.${id}`, severity: 'critical', sentence, path: story }];
  }
  if (state === 'dead') {
    const sentence = `${name} is dead: the engine could not remove it.`;
    return [{ id: `containers.dead.${id}`, severity: 'warning', sentence, path }];
  }
  if (state === 'exited' && isOutOfMemory) {
    const sentence = `${name} was killed because it ran out of memory.`;
    return [{ id: `containers.out-of-memory.${id}`, severity: 'critical', sentence, path: story }];
  }
  if (state !== 'running' || health !== 'unhealthy') return [];
  const sentence = `${name} runs, but its health check fails.`;
  return [{ id: `containers.unhealthy.${id}`, severity: 'critical', sentence, path }];
}
