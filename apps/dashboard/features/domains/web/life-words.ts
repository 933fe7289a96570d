import { catalogue } from '../../../web/feature.ts';

/** The words for the life of a certificate; small, since every page loads them. */
export const lifeWords = catalogue('domains.life', {
  over: (percent: number) => `${percent} % of its life is over`,
  states: {
    fresh: 'Fresh',
    due: 'Renews now',
    late: 'Late',
    critical: 'Near its end',
    expired: 'Expired',
  },
});
