import type { Docker } from '@nebula/docker';
import type { Attention, Context, OverviewPart } from '@nebula/runtime';
import type { Container } from './contract.ts';
import type { Inventory } from './inventory.ts';

/** Containers that were killed are asked for the reason; only so many, as each is a question to the engine. */
const mostAsked = 20;

/** What containers give to the overview: how many are in which state, and which need a look. */
export function containersOverview(inventory: Inventory, docker: Docker): OverviewPart {
  return {
    needs: 'containers:read',
    async tile() {
      const { isReachable, detail } = inventory.engine();
      const states: Record<string, number> = {};
      const rows = inventory.all();
      for (const { state } of rows) states[state] = (states[state] ?? 0) + 1;
      const unhealthy = rows.filter(({ health }) => health === 'unhealthy').length;
      return { isReachable, detail, total: rows.length, states, unhealthy };
    },
    async attention(context) {
      const engine = inventory.engine();
      if (!engine.isReachable) {
        return [
          { id: 'containers.engine', severity: 'critical', sentence: engine.detail, path: '/containers' },
        ];
      }
      const rows = inventory.all();
      return [...rows.flatMap(ofContainer), ...(await outOfMemory(rows, docker, context))];
    },
  };
}

/** What the list alone shows of a container that needs a look. */
export function ofContainer({ id, name, state, health }: Container): Attention[] {
  const path = `/containers/${id}`;
  if (state === 'restarting') {
    const sentence = `${name} starts and stops again and again.`;
    return [{ id: `containers.restarting.${id}`, severity: 'critical', sentence, path }];
  }
  if (state === 'dead') {
    const sentence = `${name} is dead: the engine could not remove it.`;
    return [{ id: `containers.dead.${id}`, severity: 'warning', sentence, path }];
  }
  if (state !== 'running' || health !== 'unhealthy') return [];
  const sentence = `${name} runs, but its health check fails.`;
  return [{ id: `containers.unhealthy.${id}`, severity: 'critical', sentence, path }];
}

/** Exit code 137 is any kill; only an inspection tells whether memory ran out. */
async function outOfMemory(rows: Container[], docker: Docker, { signal }: Context): Promise<Attention[]> {
  const killed = rows.filter(({ state, status }) => state === 'exited' && status.startsWith('Exited (137)'));
  const details = await Promise.all(
    killed.slice(0, mostAsked).map(async ({ id }) => await docker.inspect(id, signal)),
  );
  return details.flatMap((detail) =>
    detail?.isOutOfMemoryKilled === true
      ? [
          {
            id: `containers.out-of-memory.${detail.id}`,
            severity: 'critical' as const,
            sentence: `${detail.name} was killed because it ran out of memory.`,
            path: `/containers/${detail.id}`,
          },
        ]
      : [],
  );
}
