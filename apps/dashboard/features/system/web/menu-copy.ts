import { catalogue } from '../../../web/feature.ts';
import { systemMatters } from '../contract-matters.ts';

/** The words that the navigation and the palette need before a page of this feature is opened; small, since every page loads them. */
export const menu = catalogue('system.menu', {
  title: 'System',
  unit: 'Unit',
});

/** What may need attention, for the overview. */
export const matters = catalogue('system.matters', systemMatters);
