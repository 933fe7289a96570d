import type { Sql } from '@nebula/db';
import type { CertifiedDomain } from '../domains/index.ts';
import type { CertificateParts } from './parts.ts';
import type { Known } from './situation.ts';
import { watchOf } from './store.ts';

/** What is known of the certificates of these domains, in their order. */
export async function knownOf(
  sql: Sql,
  page: readonly CertifiedDomain[],
  { domains }: Pick<CertificateParts, 'domains'>,
): Promise<Known[]> {
  const ids = page.map(({ id }) => id);
  const [watched, kept] = await Promise.all([watchOf(sql, ids), domains.kept(sql, ids)]);
  return page.map((domain) => ({
    domain,
    keeper: kept.get(domain.id)?.keeper ?? 'proxy',
    watch: watched.get(domain.id)?.watch ?? null,
    certificate: watched.get(domain.id)?.certificate ?? null,
  }));
}

/** The same of one. */
export async function oneKnown(
  sql: Sql,
  domain: CertifiedDomain,
  parts: Pick<CertificateParts, 'domains'>,
): Promise<Known> {
  const [found] = await knownOf(sql, [domain], parts);
  return found ?? { domain, keeper: 'proxy', watch: null, certificate: null };
}
