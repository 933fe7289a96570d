import { type Attention, mattersOf, type OverviewPart } from '@nebula/runtime';
import { CheckReport } from './contract-providers.ts';
import { dnsMatters } from './contract-matters.ts';
import { type ProviderRow, providersAfter } from './store.ts';

const matter = mattersOf('dns', dnsMatters);
const mostProviders = 50;

/** What DNS gives to the overview: providers whose last test failed. */
export function dnsOverview(): OverviewPart {
  return {
    needs: 'dns:read',
    attention: async ({ sql }) => (await providersAfter(sql, null, mostProviders)).flatMap(ofProvider),
  };
}

/** What the last test alone shows of a provider that needs a look. */
function ofProvider({ id, name, lastCheck }: ProviderRow): Attention[] {
  const report = CheckReport.nullable().catch(null).parse(lastCheck);
  if (report === null || report.isOk) return [];
  const more = { id: `dns.failing.${id}`, severity: 'warning', path: '/dns/providers' } as const;
  return [matter('failing', { name, why: report.detail }, more)];
}
