import { type Attention, mattersOf, type OverviewPart } from '@nebula/runtime';
import type { Container } from './contract.ts';
import { containerMatters } from './contract-matters.ts';
import type { Inventory } from './inventory.ts';

const matter = mattersOf('containers', containerMatters);

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
        const more = { id: 'containers.engine', severity: 'critical', path: '/containers' } as const;
        return [matter('engine', { why: engine.detail }, more)];
      }
      return inventory.all().flatMap(ofContainer);
    },
  };
}

/** What the list alone shows of a container that needs a look. */
export function ofContainer({ id, app, name, state, health, isOutOfMemory }: Container): Attention[] {
  const page = `/containers/${id}`;
  // Why it ended stands beside what it used and wrote before.
  const story = `/apps/${encodeURIComponent(app)}`;
  const about = (
    code: Exclude<keyof typeof containerMatters, 'engine'>,
    severity: Attention['severity'],
    path: string,
  ) => [matter(code, { name }, { id: `containers.${code}.${id}`, severity, path })];
  if (state === 'restarting') return about('restarting', 'critical', story);
  if (state === 'dead') return about('dead', 'warning', page);
  if (state === 'exited' && isOutOfMemory) return about('out-of-memory', 'critical', story);
  return state === 'running' && health === 'unhealthy' ? about('unhealthy', 'critical', page) : [];
}
