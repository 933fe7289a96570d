import type { DomainEdge } from '../apps/dashboard/features/domains/testing.ts';

/** What killed runs left behind that should not be there. */
export interface Findings {
  stuck: string[];
  orphans: string[];
}

/** When a run is under way and the server is killed: at a step, after some milliseconds, or as soon as something is seen. */
export type KillPoint = string | number | (() => Promise<boolean>);

/** A way to the API that waits while the server is starting again. */
export type Call = <T>(method: string, path: string, body?: unknown) => Promise<T>;

/** How the drill of orders meets the product. */
export interface OrderGround {
  edge: DomainEdge;
  call: Call;
  found: Findings;
  /** Kills the server, unless the run ends first. */
  kill(runId: string, at: KillPoint): Promise<void>;
  endsWell(runId: string): Promise<boolean>;
}

/** Where an order is cut short: at each step, at each thing that it leaves in the world, and at random instants. */
export const orderCuts = ['look', 'order', 'begun', 'proof', 'load', 'prove', 'random'] as const;
type Cut = (typeof orderCuts)[number];

type Detail = { keeper: string; orders: { state: string }[] };

/**
 * Kills the server while NebulaCommand orders a certificate for a domain that is served: the run must end well, with one order
 * at the authority, one here, and no proof in the zone or in the proxy.
 */
export async function drillOrder(
  { edge, call, found, kill, endsWell }: OrderGround,
  domain: { id: string; name: string },
  cut: Cut,
): Promise<void> {
  const { id, name } = domain;
  const { caddy, pebble, powerDns, zone } = edge;
  const made = () => [...pebble.log().matchAll(/Added order /g)].length;
  const records = () => powerDns.rrset(zone, `_acme-challenge.${name}`, 'TXT');
  const answers = async () => (await caddy.admin('GET', '/config/')).includes(`"nebula-${id}-http"`);
  const before = made();
  const { runId } = await call<{ runId: string }>('POST', `/certificates/${id}/take-over`);
  const at: Record<Cut, KillPoint> = {
    ...{ look: 'look', order: 'order', load: 'load', prove: 'prove', random: Math.random() * 4000 },
    begun: async () => made() > before,
    proof: async () => (await records()).length > 0 || (await answers()),
  };
  await kill(runId, at[cut]);
  // Once more while it is taken up.
  if (cut === 'random') await kill(runId, Math.random() * 10_000);
  if (!(await endsWell(runId))) found.stuck.push(`order of ${name} at ${cut}`);
  const { keeper, orders } = await call<Detail>('GET', `/certificates/${id}`);
  const states = orders.map(({ state }) => state).join();
  if (keeper !== 'nebula') found.orphans.push(`the certificate of ${name} is kept by ${keeper}`);
  if (states !== 'issued') found.orphans.push(`orders of ${name}: ${states}`);
  if (made() - before !== 1) found.orphans.push(`${made() - before} orders of ${name} at the authority`);
  const left = await records();
  if (left.length > 0) found.orphans.push(`_acme-challenge of ${name}: ${left.join()}`);
  if (await answers()) found.orphans.push(`an answer route of ${name}`);
}
