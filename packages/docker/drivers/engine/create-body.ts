import type { NewContainer, NewHealthCheck } from '../../container.ts';

/** Body of `POST /containers/create` (docs.docker.com/reference/api/engine). */
export function createBody(container: NewContainer): Record<string, unknown> {
  const { image, command, environment, labels, ports, mounts, network, restartPolicy, healthCheck } =
    container;
  return {
    Image: image,
    ...(command.length === 0 ? {} : { Cmd: command }),
    Env: environment,
    Labels: labels,
    ExposedPorts: Object.fromEntries(
      ports.map(({ container: port, protocol }) => [`${port}/${protocol}`, {}]),
    ),
    ...(healthCheck === null ? {} : { Healthcheck: healthBody(healthCheck) }),
    HostConfig: {
      PortBindings: portBindings(ports),
      Mounts: mounts.map(({ type, source, target, isReadOnly }) => ({
        Type: type,
        Source: source,
        Target: target,
        ReadOnly: isReadOnly,
      })),
      NetworkMode: network ?? 'default',
      RestartPolicy: { Name: restartPolicy.name, MaximumRetryCount: restartPolicy.maximumRetries },
      ...(container.memoryBytes === null ? {} : { Memory: container.memoryBytes }),
      ...(container.cpus === null ? {} : { NanoCpus: Math.round(container.cpus * 1e9) }),
    },
  };
}

function portBindings(ports: NewContainer['ports']): Record<string, { HostIp: string; HostPort: string }[]> {
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const { container, protocol, published, address } of ports) {
    const key = `${container}/${protocol}`;
    const binding = { HostIp: address, HostPort: published === null ? '' : String(published) };
    bindings[key] = [...(bindings[key] ?? []), binding];
  }
  return bindings;
}

function healthBody(check: NewHealthCheck): Record<string, unknown> {
  const nanoseconds = (seconds: number) => Math.round(seconds * 1e9);
  return {
    Test: ['CMD', ...check.command],
    Interval: nanoseconds(check.intervalSeconds),
    Timeout: nanoseconds(check.timeoutSeconds),
    StartPeriod: nanoseconds(check.startPeriodSeconds),
    Retries: check.retries,
  };
}
