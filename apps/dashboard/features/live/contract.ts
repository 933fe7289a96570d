import { defineContract, stream } from '@nebula/contract';
import { z } from 'zod';

export const live = defineContract({
  id: 'live',
  permissions: {},
  actions: {},
  events: {},
  endpoints: {
    events: stream({
      path: '/events',
      summary:
        'Everything that changes and that you may see; one connection per browser, resumed by the last id',
      access: 'signed-in',
      query: z.object({ lastEventId: z.string().max(64).optional() }),
      item: z.unknown(),
    }),
  },
});
