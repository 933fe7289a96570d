import { Compass } from 'lucide-react';
import { shellTexts, type WebFeature } from '../../../web/feature.ts';
import { menu } from './menu-copy.ts';
import { beginAgain } from './progress.ts';

/** The web side of the first tour. */
export const tour: WebFeature = {
  id: 'tour',
  nav: null,
  routes: [],
  commands: [
    {
      id: 'tour.begin',
      title: menu.command,
      icon: Compass,
      section: shellTexts.sections.help,
      keywords: menu.keywords,
      run: ({ client, goTo }) => {
        beginAgain(client);
        goTo('/containers');
      },
    },
  ],
  topics: [],
  overlay: { load: async () => (await import('./tour-card.tsx')).TourCard },
};
