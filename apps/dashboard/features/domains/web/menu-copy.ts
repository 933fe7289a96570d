import { catalogue } from '../../../web/feature.ts';
import { domainMatters } from '../contract-matters.ts';

/** The words that the navigation and the palette need before a page of this feature is opened; small, since every page loads them. */
export const menu = catalogue('domains.menu', {
  title: 'Domains',
  import: 'Import domains',
  one: 'Domain',
  add: 'Add domain',
  statuses: {
    new: 'Not provisioned',
    provisioning: 'Provisioning',
    active: 'Active',
    failed: 'Failed',
    removing: 'Removing',
  },
});

/** What may need attention, for the overview. */
export const matters = catalogue('domains.matters', domainMatters);
