import { Compass } from 'lucide-react';
import { shellTexts, type WebFeature } from '../../../web/feature.ts';
import { copy } from './copy.ts';
import { keepStep, tourQuery } from './progress.ts';

/** The web side of the first tour. */
export const tour: WebFeature = {
  id: 'tour',
  nav: null,
  routes: [],
  commands: [
    {
      id: 'tour.begin',
      title: copy.command,
      icon: Compass,
      section: shellTexts.sections.help,
      keywords: copy.keywords,
      run: ({ client, goTo }) => {
        keepStep(0);
        goTo('/containers');
        client.setQueryData(tourQuery.queryKey, { isOver: false });
      },
    },
  ],
  topics: [],
  overlay: { load: async () => (await import('./tour-card.tsx')).TourCard },
};
