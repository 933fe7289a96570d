import type { Search } from '../../../web/feature.ts';
import type { DomainStatus } from '../contract.ts';

/** What the list of domains is narrowed to. */
export type DomainFilter = { search?: string | undefined; status?: DomainStatus | undefined };

/** States of domains in the order of the filter. */
export const statuses: readonly DomainStatus[] = ['new', 'provisioning', 'active', 'failed', 'removing'];

/** Takes the filter from the address; what is not valid is left out. */
export function readDomainFilter({ search, status }: Search): DomainFilter {
  return { search: search === '' ? undefined : search?.slice(0, 253), status: readStatus(status) };
}

/** Takes a state from words that may be anything. */
export function readStatus(word: string | undefined): DomainStatus | undefined {
  return statuses.find((status) => status === word);
}

/** Parts of a domain's page. */
export const views = ['overview', 'route', 'dns', 'certificate', 'health', 'events'] as const;
export type View = (typeof views)[number];

/** Takes the part from the address; what is not valid is the first. */
export function readView({ view }: Search): { view: View } {
  return { view: views.find((one) => one === view) ?? 'overview' };
}
