import { catalogue } from '../../../web/feature.ts';
import { jobMatters } from '../contract-matters.ts';

/** The words that the navigation and the palette need before a page of this feature is opened; small, since every page loads them. */
export const menu = catalogue('jobs.menu', {
  title: 'Jobs',
  one: 'Run',
  queue: 'Queue',
  schedules: 'Schedules',
});

/** What may need attention, for the overview. */
export const matters = catalogue('jobs.matters', jobMatters);
