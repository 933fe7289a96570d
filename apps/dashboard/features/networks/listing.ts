import { composeOf, type ContainerHoldings, type NetworkSummary } from '@nebula/docker';
import { holderOf } from '../images/index.ts';
import type { Member, Network } from './contract.ts';

/** What the list is narrowed to. */
export interface NetworkFilter {
  search?: string | undefined;
  use?: 'used' | 'unused' | 'system' | undefined;
}

const systemNames = new Set(['bridge', 'host', 'none', 'docker_gwbridge', 'ingress']);

/** The networks of a machine with who is on them, by name. */
export function networksOf(
  rows: readonly NetworkSummary[],
  holdings: readonly ContainerHoldings[],
  hostId: string,
): Network[] {
  const byName = holdings.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return rows
    .map((row) => ({
      ...{ id: row.id, hostId, name: row.name, driver: row.driver, isInternal: row.isInternal },
      ...{ subnets: row.subnets, labels: row.labels, project: composeOf(row.labels).project },
      createdAt: row.createdAt?.toISOString() ?? null,
      isSystem: systemNames.has(row.name),
      members: byName.flatMap((holding) => memberOf(holding, row) ?? []),
    }))
    .sort((one, other) => (placeOf(one) < placeOf(other) ? -1 : 1));
}

/** Where a network stands in the list; names of networks may be there twice. */
export function placeOf({ name, id }: Pick<Network, 'name' | 'id'>): string {
  return `${name} ${id}`;
}

/** Whether a network is among those asked for. */
export function isWanted(
  { name, project, subnets, members, isSystem }: Network,
  filter: NetworkFilter,
): boolean {
  const { search, use } = filter;
  if (use === 'system' && !isSystem) return false;
  if (use === 'used' && members.length === 0) return false;
  if (use === 'unused' && (members.length > 0 || isSystem)) return false;
  const wanted = search?.toLowerCase() ?? '';
  const texts = [
    ...[name, project ?? ''],
    ...subnets.map(({ subnet }) => subnet),
    ...members.map((member) => member.name),
  ];
  return wanted === '' || texts.some((one) => one.toLowerCase().includes(wanted));
}

/** A container that never ran knows its network by name only. */
function memberOf(holding: ContainerHoldings, { id, name }: NetworkSummary): Member | null {
  const endpoint = holding.networks.find((one) => (one.id === '' ? one.name === name : one.id === id));
  if (endpoint === undefined) return null;
  return { ...holderOf(holding), address: endpoint.address, addressV6: endpoint.addressV6 };
}
