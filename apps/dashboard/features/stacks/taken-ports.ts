import { composeOf, type Docker } from '@nebula/docker';
import { DriverError } from '@nebula/errors';
import type { CallBroker } from '../../resources.ts';
import type { Inspection } from './contract-shapes.ts';
import type { Rendered } from './rendered.ts';

type Wanted = Omit<Inspection['ports'][number], 'takenBy'>;

const mostAsked = 20;

/** The ports that a stack publishes, and who has them already; its own containers do not count. */
export async function portsOf(
  { docker, callBroker }: { docker: Docker; callBroker: CallBroker },
  project: string,
  rendered: Rendered,
  signal: AbortSignal,
): Promise<Inspection['ports']> {
  const wanted = wantedPorts(rendered);
  if (wanted.length === 0) return [];
  const containers = await docker.list({ signal });
  const found: Inspection['ports'] = [];
  for (const [index, one] of wanted.entries()) {
    const holder = containers.find(({ ports }) =>
      ports.some(
        ({ published, protocol, address }) =>
          published === one.port && protocol === one.protocol && overlaps(address ?? '', one.address),
      ),
    );
    if (holder !== undefined)
      found.push({ ...one, takenBy: composeOf(holder.labels).project === project ? null : holder.name });
    else found.push({ ...one, takenBy: index < mostAsked ? await listener(callBroker, one, signal) : null });
  }
  return found;
}

/** Published ports with a number of their own; a range counts as each of them. */
export function wantedPorts(rendered: Rendered): Wanted[] {
  return Object.entries(rendered.services).flatMap(([service, { ports }]) =>
    ports.flatMap(({ published = '', protocol, host_ip: address = '0.0.0.0' }) => {
      const [, first = '', last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(published) ?? [];
      if (first === '') return [];
      const count = Math.min(Number(last) - Number(first) + 1, mostAsked);
      return Array.from({ length: Math.max(0, count) }, (_, at) => ({
        ...{ port: Number(first) + at, protocol, address, service },
      }));
    }),
  );
}

/** What else of the machine listens there; null when nothing does or nobody can say. */
async function listener(
  callBroker: CallBroker,
  { port, protocol, address }: Wanted,
  signal: AbortSignal,
): Promise<string | null> {
  if (protocol !== 'tcp' && protocol !== 'udp') return null;
  try {
    const { owners } = await callBroker('port-owner', { port, protocol }, signal);
    const owner = owners.find((one) => overlaps(one.address, address));
    return owner === undefined ? null : `${owner.command} (${owner.pid})`;
  } catch (error) {
    if (!(error instanceof DriverError)) throw error;
    // Told before is a service, not a promise: the engine says it too when it comes to it.
    return null;
  }
}

function overlaps(one: string, other: string): boolean {
  const isAll = (address: string) => ['', '0.0.0.0', '::'].includes(address);
  return one === other || isAll(one) || isAll(other);
}
