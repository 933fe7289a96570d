import type { Page } from '@nebula/contract';
import { queryOptions } from '@tanstack/react-query';
import { api, eventTopic, pagesQuery } from '../../../web/feature.ts';
import type { Provider, RecordChange, RecordSet, Zone } from '../contract.ts';
import type { RecordFilter } from './filter.ts';

const keys = {
  all: ['dns'] as const,
  providers: ['dns', 'providers'] as const,
  zones: ['dns', 'zones'] as const,
  records: ['dns', 'records'] as const,
  changes: ['dns', 'changes'] as const,
};

/** Where records are: a provider and a zone of it. */
export interface Place {
  id: string;
  zone: string;
}

/** Providers by name. */
export const providersQuery = pagesQuery<Provider>(keys.providers, (cursor, signal) =>
  api.dns.providers({ query: { cursor, limit: 50 }, signal }),
);

/** Zones of all providers. */
export function zonesQuery(search: string | undefined) {
  return pagesQuery<Zone>([...keys.zones, search ?? ''], (cursor, signal) =>
    api.dns.zones({ query: { cursor, limit: 100, search }, signal }),
  );
}

/** Records of a zone, read from the provider. */
export function recordsQuery({ id, zone }: Place, filter: RecordFilter) {
  return pagesQuery<RecordSet>([...keys.records, id, zone, 'list', filter], (cursor, signal) =>
    api.dns.records({ params: { id, zone }, query: { ...filter, cursor, limit: 100 }, signal }),
  );
}

/** What a page of records says about all of them. */
export interface RecordTotals {
  total: number;
  others: { name: string; type: string; count: number }[];
}

/** What the first page said, which a list of pages carries along without knowing it. */
export function totalsOf(page: (Page<RecordSet> & Partial<RecordTotals>) | undefined): RecordTotals {
  return { total: page?.total ?? 0, others: page?.others ?? [] };
}

/** One name and type. */
export function recordQuery({ id, zone }: Place, key: { name: string; type: RecordSet['type'] }) {
  return queryOptions({
    queryKey: [...keys.records, id, zone, 'one', key],
    queryFn: ({ signal }) => api.dns.record({ params: { id, zone }, query: key, signal }),
  });
}

/** What every name server shows. */
export function spreadQuery({ id, zone }: Place, key: { name: string; type: RecordSet['type'] }) {
  return queryOptions({
    queryKey: [...keys.records, id, zone, 'spread', key],
    queryFn: ({ signal }) => api.dns.propagation({ params: { id, zone }, query: key, signal }),
  });
}

/** Our public address; asked for by hand, because outside services are asked. */
export const publicAddressQuery = queryOptions({
  queryKey: [...keys.all, 'public-address'],
  queryFn: ({ signal }) => api.dns.publicAddress({ signal }),
  enabled: false,
  staleTime: Number.POSITIVE_INFINITY,
});

/** Changes, newest first; of one zone when it is given. */
export function changesQuery(filter: { providerId?: string | undefined; zone?: string | undefined }) {
  return pagesQuery<RecordChange>([...keys.changes, filter], (cursor, signal) =>
    api.dns.changes({ query: { ...filter, cursor, limit: 50 }, signal }),
  );
}

/** Everything of DNS, to be renewed after a change of providers. */
export const dnsKey = keys.all;
/** Records of all zones; provider and zone follow. */
export const recordsKey = keys.records;
/** The changes, to be renewed when one was asked for. */
export const changesKey = keys.changes;

/** Providers that were added, changed, tested or removed. */
export const providersTopic = eventTopic<{ id: string }>('dns.providers-changed', (_events, client) => {
  void client.invalidateQueries({ queryKey: keys.providers });
  void client.invalidateQueries({ queryKey: keys.zones });
});

/** Zones in which records changed. */
export const recordsTopic = eventTopic<{ providerId: string; zone: string }>(
  'dns.records-changed',
  (events, client) => {
    for (const { providerId, zone } of events)
      void client.invalidateQueries({ queryKey: [...keys.records, providerId, zone] });
    void client.invalidateQueries({ queryKey: keys.changes });
    void client.invalidateQueries({ queryKey: keys.providers });
  },
);
