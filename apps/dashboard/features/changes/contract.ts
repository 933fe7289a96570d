import { call, defineContract, Instant, Moment, PageQuery, pageOf, text } from '@nebula/contract';
import { z } from 'zod';

/** What can change. The first come from the engine, then those of the machine and of ourselves, then those of other features. */
export const ChangeKind = z.enum([
  'created',
  'updated',
  'started',
  'stopped',
  'ended',
  'died',
  'out-of-memory',
  'paused',
  'unpaused',
  'renamed',
  'removed',
  'unhealthy',
  'healthy',
  'engine-lost',
  'engine-back',
  'booted',
  'server-started',
  'run',
  'deploy',
  'incident',
]);
export type ChangeKind = z.infer<typeof ChangeKind>;

/** Something that changed: what charts show beside their figures. */
export const ChangeMarker = z.object({
  id: z.string(),
  at: Instant,
  until: Instant.nullable().describe('Its end, or the last of several; null for an instant'),
  hostId: z.string(),
  app: z
    .string()
    .nullable()
    .describe('`<project>/<service>`, a container in no project, or a whole project; null for the machine'),
  kind: ChangeKind,
  severity: z.enum(['good', 'info', 'warning', 'critical']),
  sentence: z.string(),
  values: z
    .object({ name: z.string(), from: z.string(), exitCode: z.number(), detail: z.string() })
    .nullable()
    .describe('What the sentence is made of; null where another feature made it'),
  source: z.string().describe('`engine`, `host`, `nebula`, or the feature that tells it'),
  container: z.string().nullable().describe('The first twelve digits of its id'),
  exitCode: z.number().int().nullable(),
  image: z.string().nullable(),
  imageDigest: z.string().nullable().describe('Of the image it was made from, where it came from a registry'),
  count: z.number().int().describe('How often it happened in a row'),
  path: z.string().nullable().describe('Page of the web that tells more'),
});
export type ChangeMarker = z.infer<typeof ChangeMarker>;

export const changes = defineContract({
  id: 'changes',
  permissions: {
    'changes:read': { role: 'viewer', summary: 'See what changed: starts, ends, updates, runs' },
  },
  actions: {},
  events: {
    recorded: { access: 'changes:read', data: z.object({ apps: z.array(z.string().nullable()) }) },
  },
  endpoints: {
    list: call({
      method: 'GET',
      path: '/changes',
      summary: 'What changed in a span, newest first: starts, ends and updates of containers, runs, restarts',
      access: 'changes:read',
      limit: '600/1m',
      query: PageQuery.extend({
        limit: z.coerce.number().int().min(1).max(500).default(100).describe('Rows per page'),
        app: text(520).optional().describe('Only of this app, and of the whole machine'),
        from: Moment.optional().describe('A week ago when left out'),
        to: Moment.optional().describe('Now when left out'),
        kind: z
          .preprocess(
            (given) => (given === undefined || Array.isArray(given) ? given : [given]),
            z.array(ChangeKind).max(20),
          )
          .optional(),
      }),
      output: pageOf(ChangeMarker),
    }),
  },
});
