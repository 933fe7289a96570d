import { catalogue } from '../../../web/feature.ts';
import { lifeWords } from '../../domains/web/index.ts';
import { certificateMatters } from '../contract-matters.ts';

/** The words that the navigation and the palette need before a page of this feature is opened; small, since every page loads them. */
export const menu = catalogue('certificates.menu', {
  title: 'Certificates',
  one: 'Certificate',
  states: {
    ...lifeWords.states,
    missing: 'None trusted',
    unknown: 'Not seen yet',
  },
});

/** What may need attention, for the overview. */
export const matters = catalogue('certificates.matters', certificateMatters);
