import { call, defineContract } from '@nebula/contract';
import { z } from 'zod';

export const about = defineContract({
  id: 'about',
  permissions: {},
  actions: {},
  events: {},
  endpoints: {
    health: call({
      method: 'GET',
      path: '/health',
      summary: 'Says that the server answers, and nothing else',
      access: 'public',
      output: z.object({ ok: z.literal(true) }),
    }),
    openapi: call({
      method: 'GET',
      path: '/openapi.json',
      summary: 'This API as an OpenAPI 3.1 document',
      access: 'public',
      output: z.record(z.string(), z.unknown()),
    }),
  },
});
