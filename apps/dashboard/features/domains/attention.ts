import { type Attention, mattersOf } from '@nebula/runtime';
import { domainMatters } from './contract-matters.ts';
import type { DomainRow } from './store.ts';

const matter = mattersOf('domains', domainMatters);

/** What is wrong with a domain that a person should know; `unserved` is why it is not served as wanted. */
export function attentionOf(row: DomainRow, unserved: string | undefined): Attention[] {
  const { id, name, status } = row;
  const path = `/domains/${id}`;
  if (status === 'failed') {
    const why = row.problem ?? 'its last run stopped.';
    return [matter('failed', { name, why }, { id: `domains.failed.${id}`, severity: 'critical', path })];
  }
  if (unserved === undefined || status !== 'active') return [];
  const given = { id: `domains.unserved.${id}`, severity: 'warning' as const, path };
  return [matter('unserved', { name, why: unserved }, given)];
}
