import { call, defineContract, text } from '@nebula/contract';
import { z } from 'zod';

/** An app: what a container is of, however often it is made anew. */
export const App = z.object({
  app: z.string().describe('`<project>/<service>`, or the name of a container that is in no project'),
  hostId: z.string(),
  project: z.string().nullable().describe('Compose project'),
  containers: z.array(z.object({ id: z.string(), name: z.string(), state: z.string(), image: z.string() })),
});
export type App = z.infer<typeof App>;

export const apps = defineContract({
  id: 'apps',
  permissions: { 'apps:read': { role: 'viewer', summary: 'See which apps run and what they consist of' } },
  actions: {},
  events: {},
  endpoints: {
    list: call({
      method: 'GET',
      path: '/apps',
      summary: 'Apps with their containers, by name; history, changes and logs know them by the same name',
      access: 'apps:read',
      query: z.object({ app: text(520).optional().describe('Only this one') }),
      output: z.object({ items: z.array(App) }),
    }),
  },
});
