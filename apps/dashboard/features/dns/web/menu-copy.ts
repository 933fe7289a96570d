import { catalogue } from '../../../web/feature.ts';
import { dnsMatters } from '../contract-matters.ts';

/** The words that the navigation and the palette need before a page of this feature is opened; small, since every page loads them. */
export const menu = catalogue('dns.menu', {
  title: 'DNS',
  tabs: { zones: 'Zones', providers: 'Providers', changes: 'Changes' },
  zone: 'DNS records',
});

/** What may need attention of DNS. */
export const matters = catalogue('dns.matters', dnsMatters);
