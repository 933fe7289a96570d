import { call, defineContract, Instant, Moment, text } from '@nebula/contract';
import { z } from 'zod';

const most = 50;

/** One or several words, separated by commas. */
const Words = text(2000)
  .transform((list) =>
    list
      .split(',')
      .map((word) => word.trim())
      .filter((word) => word !== ''),
  )
  .pipe(z.array(z.string()).min(1).max(most));

export const HistoryPoint = z.object({
  at: Instant,
  min: z.number(),
  mean: z.number(),
  max: z.number(),
});
export type HistoryPoint = z.infer<typeof HistoryPoint>;

export const SeriesHistory = z.object({
  subject: z
    .string()
    .describe('`host`, `app/<project>/<service>`, `app/<name>`, `disk<mount point>`, `sensor/<id>`'),
  metric: z
    .string()
    .describe(
      '`cpu` (percent of a core), `memory`, `received`, `sent`, `read`, `written` (bytes, or bytes per second) …',
    ),
  stepSeconds: z.number(),
  points: z.array(HistoryPoint).describe('Where there was nothing there is no point'),
});
export type SeriesHistory = z.infer<typeof SeriesHistory>;

export const history = defineContract({
  id: 'history',
  permissions: {
    'history:read': { role: 'viewer', summary: 'See the history of figures' },
  },
  actions: {},
  events: {},
  endpoints: {
    subjects: call({
      method: 'GET',
      path: '/history/subjects',
      summary: 'What has a history, and of which figures',
      access: 'history:read',
      output: z.object({ items: z.array(z.object({ subject: z.string(), metrics: z.array(z.string()) })) }),
    }),
    query: call({
      method: 'GET',
      path: '/history',
      summary: 'History of figures, with least, mean and most of each step',
      access: 'history:read',
      query: z.object({
        subjects: Words.optional().describe('Such as `host,app/shop/web`; all when left out'),
        metrics: Words.optional().describe('Such as `cpu,memory`; all when left out'),
        from: Moment,
        to: Moment.optional().describe('Now when left out'),
        points: z.coerce
          .number()
          .int()
          .min(2)
          .max(2000)
          .default(400)
          .describe('At most this many points a series'),
      }),
      output: z.object({ from: Instant, to: Instant, series: z.array(SeriesHistory).max(500) }),
    }),
  },
});
