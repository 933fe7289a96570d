import type { Clock } from '@nebula/clock';
import type { ContainerDetail, Docker } from '@nebula/docker';
import { AppError } from '@nebula/errors';
import { exitOf } from './exit.ts';
import { maskOutput } from './secrets.ts';

const pollMs = 500;
/** A container that ends within this time after its start did not come up. */
const stableMs = 3000;
const linesTold = 12;

/** How a container was found when it had settled. */
export interface Settled {
  state: string;
  health: string;
}

/** Finds a container. Throws NOT_FOUND when it is gone. */
export async function find(docker: Docker, id: string, signal: AbortSignal): Promise<ContainerDetail> {
  const detail = await docker.inspect(id, signal);
  if (detail === null) throw new AppError('NOT_FOUND', 'There is no such container any more.');
  return detail;
}

/**
 * Waits until a container that was started runs and, where it has a health check, is healthy. One that does its work and ends
 * well is settled too when nobody asked to start it again. Throws CONTAINER_STOPPED with its last lines, CONTAINER_UNHEALTHY.
 */
export async function settle(
  docker: Docker,
  id: string,
  {
    signal,
    clock,
    progress,
    before,
  }: {
    signal: AbortSignal;
    clock: Clock;
    progress: (fraction: number | null, message: string) => void;
    /** How it was found before it was started; of a new one nothing. */
    before: { startedAt: string | null; restartCount: number };
  },
): Promise<Settled> {
  for (;;) {
    const detail = await find(docker, id, signal);
    // The engine counts anew after a start by hand, and goes on counting when there was nothing to start.
    const isSameStart = (detail.startedAt?.toISOString() ?? null) === before.startedAt;
    await refuseStopped(docker, detail, isSameStart ? before.restartCount : 0, signal);
    if (isSettled(detail, clock.now())) return { state: detail.state, health: detail.health };
    progress(
      null,
      detail.health === 'starting' ? 'Waiting for its health check' : 'Watching that it stays up',
    );
    await clock.sleep(pollMs, signal);
  }
}

async function refuseStopped(
  docker: Docker,
  detail: ContainerDetail,
  restartsBefore: number,
  signal: AbortSignal,
): Promise<void> {
  const { state, exitCode, restartCount, health } = detail;
  if (state === 'restarting' || restartCount > restartsBefore) {
    throw new AppError(
      'CONTAINER_STOPPED',
      `The container starts and stops again and again (exit code ${exitCode}).${await lastWords(docker, detail, signal)}`,
    );
  }
  if ((state === 'exited' && !hasDoneItsWork(detail)) || state === 'dead') {
    const isOutOfMemory = exitOf(detail)?.kind === 'out-of-memory';
    const reason = isOutOfMemory ? 'it ran out of memory' : `exit code ${exitCode}`;
    throw new AppError(
      'CONTAINER_STOPPED',
      `The container was started and stopped again (${reason}).${await lastWords(docker, detail, signal)}`,
    );
  }
  if (health === 'unhealthy') {
    throw new AppError('CONTAINER_UNHEALTHY', 'The container runs, but its health check fails.');
  }
}

/** A task that ran to its good end, which the engine is not asked to start again. */
function hasDoneItsWork({ exitCode, restartPolicy, error }: ContainerDetail): boolean {
  return exitCode === 0 && error === '' && ['no', 'on-failure'].includes(restartPolicy.name);
}

/**
 * What a container wrote last says more than its code; it goes with the container when that is removed. Whoever may see runs reads
 * it, so secrets that a program prints of itself are left out.
 */
async function lastWords(
  docker: Docker,
  { id, error }: ContainerDetail,
  signal: AbortSignal,
): Promise<string> {
  const lines = (await docker.lastLines(id, linesTold, signal)).trim();
  const parts = [error, lines].filter((part) => part !== '');
  return parts.length === 0 ? '' : ` It said last: ${maskOutput(parts.join('\n')).slice(-1500)}`;
}

function isSettled(detail: ContainerDetail, now: Date): boolean {
  const { state, health, startedAt } = detail;
  if (state === 'exited') return hasDoneItsWork(detail);
  if (state !== 'running') return false;
  if (health === 'healthy') return true;
  return health === 'none' && startedAt !== null && now.getTime() - startedAt.getTime() >= stableMs;
}
