import { appOf, type ContainerDetail as Found, type ImageDetail } from '@nebula/docker';
import type { Container, ContainerDetail, Usage } from './contract.ts';
import { exitOf } from './exit.ts';
import { mayDo } from './may-do.ts';
import { maskArguments, maskLabels, maskOutput, variableOf } from './secrets.ts';

/** Everything about a container that anybody who may look may see: secrets are left out. */
export function detailOf(
  container: Container,
  found: Found,
  image: ImageDetail | null,
  usage: Usage | null,
): ContainerDetail {
  const exit = exitOf(found);
  const { restartCount, user, workingDir, restartPolicy, mounts, limits, lastHealthCheck } = found;
  return {
    ...container,
    app: appOf(container),
    usage,
    ports: found.ports.length === 0 ? container.ports : found.ports,
    startedAt: isoOf(found.startedAt),
    finishedAt: isoOf(found.finishedAt),
    exit,
    ...{ restartCount, user, workingDir, restartPolicy, mounts, limits },
    digests: image?.digests ?? [],
    command: maskArguments(found.command),
    environment: found.environment.map(variableOf).map((variable) => ({
      ...variable,
      value: variable.isSecret ? null : variable.value,
    })),
    labels: maskLabels(found.labels),
    networks: found.networks.map(({ name, address, addressV6, gateway, aliases }) => ({
      ...{ name, address, addressV6, gateway, aliases },
    })),
    lastHealthCheck:
      lastHealthCheck === null
        ? null
        : { ...lastHealthCheck, at: lastHealthCheck.at.toISOString(), output: cut(lastHealthCheck.output) },
    mayDo: mayDo(found),
  };
}

/** An engine keeps 4 KiB of it; a page needs less, and a program may print what it was given. */
function cut(output: string): string {
  return maskOutput(output.slice(0, 4096));
}

function isoOf(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}
