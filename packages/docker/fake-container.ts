import type { ContainerDetail, ContainerSummary, NewContainer } from './container.ts';

/** A running container of which nothing is known. */
export function blankSummary(now: Date): ContainerSummary {
  return {
    id: '',
    name: '',
    image: 'fake:1',
    imageId: `sha256:${'0'.repeat(64)}`,
    state: 'running',
    status: 'Up 1 second',
    health: 'none',
    createdAt: now,
    labels: {},
    ports: [],
  };
}

/** What the list says of a container that was just made. */
export function summaryOfNew(container: NewContainer, now: Date): ContainerSummary {
  return {
    ...blankSummary(now),
    name: container.name,
    image: container.image,
    labels: container.labels,
    state: 'created',
    status: 'Created',
    ports: container.ports.map(({ container: port, protocol }) => ({
      container: port,
      protocol,
      published: null,
      address: null,
    })),
  };
}

/** An inspection of an ordinary container. */
export function blankDetail(container: ContainerSummary): ContainerDetail {
  const { id, name, state, health, createdAt, image, imageId, labels, ports } = container;
  return {
    ...{ id, name, state, health, createdAt, image, imageId, labels, ports },
    startedAt: null,
    finishedAt: null,
    exitCode: 0,
    isOutOfMemoryKilled: false,
    error: '',
    restartCount: 0,
    command: ['/bin/app'],
    environment: [],
    user: '',
    workingDir: '/',
    restartPolicy: { name: 'no', maximumRetries: 0 },
    mounts: [],
    networks: [],
    lastHealthCheck: null,
    limits: { memoryBytes: null, cpus: null, processes: null },
    power: {
      isPrivileged: false,
      networkMode: 'default',
      pidMode: '',
      ipcMode: 'private',
      utsMode: '',
      usernsMode: '',
      addedCapabilities: [],
      droppedCapabilities: [],
      devices: [],
      securityOptions: [],
      isRootReadOnly: false,
    },
  };
}
