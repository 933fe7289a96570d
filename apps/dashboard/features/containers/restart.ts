import type { ContainerDetail, Docker } from '@nebula/docker';
import { AppError } from '@nebula/errors';
import { defineRun, type RunDefinition } from '@nebula/journal';
import { z } from 'zod';
import { ContainerId } from './contract.ts';

/** Kind of the run behind *Restart*. */
export const restartKind = 'containers.restart';

const Input = z.object({ id: ContainerId, name: z.string(), hostId: z.string() });
type Input = z.infer<typeof Input>;

/** What each step leaves: the start time before, and how the container was found afterwards. */
type Results = {
  look: { startedAt: string | null };
  restart: null;
  settle: { state: string; health: string };
};

const pollMs = 500;
/** A container that ends within this time after its start did not come up. */
const stableMs = 3000;

/**
 * Restarts a container: remembers when it started, restarts it, waits until it runs and, where it has a health check, is
 * healthy. A restart cannot be undone: connections were cut.
 */
export function restartRun(docker: Docker): RunDefinition {
  return defineRun<Input, Results>({
    kind: restartKind,
    title: 'Restart container',
    parse: (input) => Input.parse(input),
    target: ({ id, name, hostId }) => ({ type: 'container', id, name, hostId }),
    onConflict: 'refuse',
    cancellable: true,
    steps: () => [
      {
        name: 'look',
        title: 'Look at the container',
        effect: 'idempotent',
        timeout: '30s',
        retry: { max: 5, backoff: '1s' },
        run: async ({ input, signal }) => {
          const { startedAt } = await find(docker, input.id, signal);
          return { startedAt: startedAt?.toISOString() ?? null };
        },
      },
      {
        name: 'restart',
        title: 'Stop and start it',
        effect: 'observable',
        timeout: '2m',
        retry: { max: 5, backoff: '1s' },
        undo: null,
        plan: async ({ input }) => [
          { kind: 'restart', target: input.name, before: 'running', after: 'running' },
        ],
        observe: async ({ input, memory, signal }) => {
          const { startedAt } = await find(docker, input.id, signal);
          return startedAt?.toISOString() !== (memory.read('look').startedAt ?? undefined)
            ? { done: null }
            : 'not-done';
        },
        run: async ({ input, signal, progress }) => {
          progress(null, 'Waiting for the engine');
          await docker.restart(input.id, signal);
          return null;
        },
      },
      {
        name: 'settle',
        title: 'Wait until it runs well',
        effect: 'idempotent',
        timeout: '3m',
        retry: { max: 5, backoff: '1s' },
        run: async ({ input, signal, clock, progress }) => {
          for (;;) {
            const detail = await find(docker, input.id, signal);
            refuseStopped(detail);
            if (isSettled(detail, clock.now())) return { state: detail.state, health: detail.health };
            progress(
              null,
              detail.health === 'starting' ? 'Waiting for its health check' : 'Watching that it stays up',
            );
            await clock.sleep(pollMs, signal);
          }
        },
      },
    ],
  });
}

async function find(docker: Docker, id: string, signal: AbortSignal): Promise<ContainerDetail> {
  const detail = await docker.inspect(id, signal);
  if (detail === null) throw new AppError('NOT_FOUND', 'There is no such container any more.');
  return detail;
}

function refuseStopped({
  state,
  exitCode,
  isOutOfMemoryKilled,
  health,
  restartCount,
}: ContainerDetail): void {
  if (state === 'restarting' || restartCount > 0) {
    throw new AppError(
      'CONTAINER_STOPPED',
      `The container starts and stops again and again (exit code ${exitCode}).`,
    );
  }
  if (state === 'exited' || state === 'dead') {
    const reason = isOutOfMemoryKilled ? 'it ran out of memory' : `exit code ${exitCode}`;
    throw new AppError('CONTAINER_STOPPED', `The container was started and stopped again (${reason}).`);
  }
  if (health === 'unhealthy') {
    throw new AppError('CONTAINER_UNHEALTHY', 'The container runs, but its health check fails.');
  }
}

function isSettled({ state, health, startedAt }: ContainerDetail, now: Date): boolean {
  if (state !== 'running') return false;
  if (health === 'healthy') return true;
  return health === 'none' && startedAt !== null && now.getTime() - startedAt.getTime() >= stableMs;
}
