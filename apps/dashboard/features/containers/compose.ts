import type { Finding, NewContainer } from './contract.ts';
import { mayDo } from './may-do.ts';

/**
 * A container that is to be made as a compose file (compose-spec.io), for people to read and keep. A dollar sign in a value
 * is doubled, since compose would put a variable in its place.
 */
export async function composeOf(wanted: NewContainer): Promise<string> {
  // Parsers of YAML are large and needed by few.
  const { stringify } = await import('yaml');
  const { networks, mounts } = wanted;
  const volumes = mounts.filter(({ type }) => type === 'volume').map(({ source }) => source);
  const file = {
    services: { [wanted.name]: serviceOf(wanted) },
    ...(volumes.length === 0 ? {} : { volumes: external(volumes) }),
    ...(networks.length === 0 ? {} : { networks: external(networks) }),
  };
  return stringify(file, { lineWidth: 0 });
}

/** What it will be able to do, before it is made. */
export function findingsOf(wanted: NewContainer): Finding[] {
  return mayDo({
    power: {
      ...{
        isPrivileged: false,
        networkMode: wanted.networks[0] ?? 'default',
        pidMode: '',
        ipcMode: 'private',
      },
      ...{ utsMode: '', usernsMode: '', addedCapabilities: [], droppedCapabilities: [], devices: [] },
      ...{ securityOptions: [], isRootReadOnly: false },
    },
    mounts: wanted.mounts.map((mount) => ({ ...mount, name: mount.type === 'volume' ? mount.source : null })),
    ports: wanted.ports,
    user: '',
    limits: { memoryBytes: wanted.memoryBytes, cpus: wanted.cpus, processes: null },
    restartPolicy: wanted.restartPolicy,
  });
}

function serviceOf(wanted: NewContainer): Record<string, unknown> {
  const { command, environment, ports, mounts, networks, healthCheck, restartPolicy } = wanted;
  return {
    container_name: wanted.name,
    image: wanted.image,
    ...some('command', command.map(plain)),
    ...(environment.length === 0
      ? {}
      : { environment: Object.fromEntries(environment.map(({ name, value }) => [name, plain(value)])) }),
    ...some('ports', ports.map(portOf)),
    ...some(
      'volumes',
      mounts.map(({ type, source, target, isReadOnly }) => ({
        ...{ type, source: plain(source), target: plain(target) },
        ...(isReadOnly ? { read_only: true } : {}),
      })),
    ),
    ...some('networks', networks),
    restart: policyOf(restartPolicy),
    ...(wanted.memoryBytes === null ? {} : { mem_limit: wanted.memoryBytes }),
    ...(wanted.cpus === null ? {} : { cpus: wanted.cpus }),
    ...(healthCheck === null
      ? {}
      : {
          healthcheck: {
            test: ['CMD', ...healthCheck.command.map(plain)],
            interval: `${healthCheck.intervalSeconds}s`,
            timeout: `${healthCheck.timeoutSeconds}s`,
            retries: healthCheck.retries,
            ...(healthCheck.startPeriodSeconds === 0
              ? {}
              : { start_period: `${healthCheck.startPeriodSeconds}s` }),
          },
        }),
  };
}

function some(key: string, values: unknown[]): Record<string, unknown> {
  return values.length === 0 ? {} : { [key]: values };
}

/** The volumes and networks are there or are made under exactly this name, not under one of a project. */
function external(names: string[]): Record<string, { name: string }> {
  return Object.fromEntries(names.map((name) => [name, { name }]));
}

function portOf({ container, protocol, published, address }: NewContainer['ports'][number]): string {
  const host = address.includes(':') ? `[${address}]` : address;
  const suffix = protocol === 'tcp' ? '' : `/${protocol}`;
  return `${host}:${published ?? ''}:${container}${suffix}`;
}

function policyOf({ name, maximumRetries }: NewContainer['restartPolicy']): string {
  return name === 'on-failure' && maximumRetries > 0 ? `on-failure:${maximumRetries}` : name;
}

function plain(text: string): string {
  return text.replaceAll('$', '$$$$');
}
