import { call, defineContract } from '@nebula/contract';
import { z } from 'zod';

export const Tour = z.object({
  isOver: z
    .boolean()
    .describe('Whether you went through it or skipped it; true for a key that belongs to nobody'),
});
export type Tour = z.infer<typeof Tour>;

export const tour = defineContract({
  id: 'tour',
  permissions: {},
  actions: {
    end: { permission: 'signed-in', undo: 'Begin the tour again' },
  },
  events: {},
  endpoints: {
    get: call({
      method: 'GET',
      path: '/tour',
      summary: 'Whether the first tour is over for you',
      access: 'signed-in',
      output: Tour,
    }),
    end: call({
      method: 'POST',
      path: '/tour/end',
      summary: 'Do not offer the first tour again',
      access: 'signed-in',
      output: Tour,
    }),
  },
});
