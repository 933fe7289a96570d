import { catalogue } from '../../../web/feature.ts';

/** The words that the navigation and the palette need before a page of this feature is opened; small, since every page loads them. */
export const menu = catalogue('tour.menu', {
  command: 'Begin the tour again',
  keywords: 'introduction welcome help first steps guide',
});
