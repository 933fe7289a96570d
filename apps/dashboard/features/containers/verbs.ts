import type { ContainerDetail, Docker } from '@nebula/docker';
import type { BulkVerb } from './contract.ts';

/** How a container was found before something was done to it. */
export interface Before {
  state: string;
  startedAt: string | null;
}

/** What a person may say along with a verb. */
export interface VerbOptions {
  graceSeconds: number | null;
  signal: string;
}

/** One thing that can be done to a container, in a run of its own and in one about several. */
export interface Verb {
  /** What is done, as people read it. */
  title: string;
  /** Title of the step that does it. */
  step: string;
  /** Whether its end is reached; `before` is how it was found first, `container` null when it is gone. */
  isReached(container: ContainerDetail | null, before: Before): boolean;
  perform(docker: Docker, id: string, options: VerbOptions, signal: AbortSignal): Promise<void>;
  /** Whether nothing needs to be done when the end is reached already; a restart is always wanted anew. */
  isOnce: boolean;
}

const isRunning = (container: ContainerDetail | null) =>
  container?.state === 'running' || container?.state === 'restarting';
const isOver = (container: ContainerDetail | null) =>
  container !== null && ['created', 'exited', 'dead'].includes(container.state);
const hasStartedAnew = (container: ContainerDetail | null, before: Before) =>
  container !== null && (container.startedAt?.toISOString() ?? null) !== before.startedAt;

/** Every verb that needs no more than the container. */
export const verbs: Record<BulkVerb, Verb> = {
  start: {
    title: 'Start container',
    step: 'Start it',
    isOnce: true,
    // One that ended again at once has been started all the same.
    isReached: (container, before) => isRunning(container) || hasStartedAnew(container, before),
    perform: (docker, id, _options, signal) => docker.start(id, signal),
  },
  stop: {
    title: 'Stop container',
    step: 'Ask it to end, then end it',
    isOnce: true,
    isReached: (container) => isOver(container),
    perform: (docker, id, { graceSeconds }, signal) => docker.stop(id, graceSeconds, signal),
  },
  restart: {
    title: 'Restart container',
    step: 'Stop and start it',
    isOnce: false,
    isReached: hasStartedAnew,
    perform: (docker, id, { graceSeconds }, signal) => docker.restart(id, graceSeconds, signal),
  },
  pause: {
    title: 'Pause container',
    step: 'Freeze it',
    isOnce: true,
    isReached: (container) => container?.state === 'paused',
    perform: (docker, id, _options, signal) => docker.pause(id, signal),
  },
  unpause: {
    title: 'Let container go on',
    step: 'Thaw it',
    isOnce: true,
    isReached: (container) => isRunning(container),
    perform: (docker, id, _options, signal) => docker.unpause(id, signal),
  },
  kill: {
    title: 'Kill container',
    step: 'Send the signal',
    isOnce: true,
    isReached: (container, before) => isOver(container) || hasStartedAnew(container, before),
    perform: (docker, id, { signal: name }, signal) => docker.kill(id, name, signal),
  },
  remove: {
    title: 'Remove container',
    step: 'Remove it',
    isOnce: true,
    isReached: (container) => container === null,
    perform: (docker, id, _options, signal) => docker.remove(id, false, signal),
  },
};
