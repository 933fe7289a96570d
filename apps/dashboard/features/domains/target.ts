import type { Docker } from '@nebula/docker';
import { AppError } from '@nebula/errors';
import type { RouteTarget, Upstream } from '@nebula/proxy';
import type { DomainTarget } from './contract.ts';

/**
 * What the proxy is told of a target just now. A container is reached by the port it publishes on this machine, which stays when
 * it is made anew, or else by its address in its network.
 *
 * @throws AppError TARGET_UNKNOWN with a sentence for the person
 */
export async function routeTarget(
  target: DomainTarget,
  docker: Docker,
  signal: AbortSignal,
): Promise<RouteTarget> {
  switch (target.kind) {
    case 'redirect': {
      const { to, keepsPath, status } = target;
      return { kind: 'redirect', to, keepsPath, status };
    }
    case 'addresses': {
      const { isTls, isUnverified, balance } = target;
      const upstreams = target.upstreams.map((upstream) => ({
        ...upstream,
        isTls,
        isUnverified: isTls && isUnverified,
      }));
      return { kind: 'upstreams', upstreams, balance };
    }
    case 'container':
      return {
        kind: 'upstreams',
        upstreams: [await containerUpstream(target, docker, signal)],
        balance: 'first',
      };
    default:
      return target satisfies never;
  }
}

async function containerUpstream(
  { name, port, isTls }: Extract<DomainTarget, { kind: 'container' }>,
  docker: Docker,
  signal: AbortSignal,
): Promise<Upstream> {
  const found = (await docker.list({ signal })).find((container) => container.name === name);
  if (found === undefined) throw unknown(`There is no container called ${name}.`);
  const published = found.ports.find(
    (each) => each.container === port && each.protocol === 'tcp' && each.published !== null,
  );
  if (published?.published !== null && published?.published !== undefined) {
    return { host: localAddress(published.address), port: published.published, isTls, isUnverified: isTls };
  }
  const detail = await docker.inspect(found.id, signal);
  const address = detail?.networks.find((network) => (network.address ?? '') !== '')?.address;
  if (address === undefined || address === null) {
    throw unknown(`${name} publishes no port ${port}, and it is in no network just now. Is it running?`);
  }
  return { host: address, port, isTls, isUnverified: isTls };
}

/** An address that means all of the machine's is reached on loopback. */
function localAddress(address: string | null): string {
  return address === null || address === '' || address === '0.0.0.0' || address === '::'
    ? '127.0.0.1'
    : address;
}

function unknown(sentence: string): AppError {
  return new AppError('TARGET_UNKNOWN', sentence);
}
