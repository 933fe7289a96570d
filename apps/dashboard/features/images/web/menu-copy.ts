import { catalogue } from '../../../web/feature.ts';
import { imageMatters } from '../contract-matters.ts';

/** The words that the navigation and the palette need before a page of this feature is opened; small, since every page loads them. */
export const menu = catalogue('images.menu', {
  title: 'Images',
  check: 'Check now',
  checkBegun: 'The registries are being asked',
  checkFailed: 'The registries were not asked',
  pull: 'Fetch an image',
  removeUnused: 'Remove unused',
});

/** What needs attention of images. */
export const matters = catalogue('images.matters', imageMatters);
