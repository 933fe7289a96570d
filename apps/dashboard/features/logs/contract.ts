import { call, defineContract, download, Moment, pageOf, stream, text } from '@nebula/contract';
import { z } from 'zod';
import { patternProblem } from './contract-pattern.ts';

export const Level = z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']);
export type Level = z.infer<typeof Level>;
export const LogStream = z.enum(['stdout', 'stderr']);
export type LogStream = z.infer<typeof LogStream>;

/** Nanoseconds since 1970; unique and rising within an app. */
export const LineKey = z.string().regex(/^\d{19}$/, 'A key is nineteen digits.');

/** Why lines are missing at a place. */
export const GapReason = z.enum(['too-fast', 'disk-full', 'slow-reader']);
export type GapReason = z.infer<typeof GapReason>;

export const LogEntry = z.object({
  app: z.string().describe('`<project>/<service>`, or the name of a container that is in no project'),
  key: LineKey,
  time: z.string().describe('RFC 3339 with nanoseconds, as the engine noted it'),
  container: z.string().describe('The first twelve digits of its id'),
  stream: LogStream,
  level: Level.nullable().describe('What the line says of itself; null when it says nothing'),
  text: z.string(),
  cutBytes: z.number().int().describe('Bytes left out at the end of a line longer than 64 KiB'),
  gap: z
    .object({ reason: GapReason, lines: z.number().int() })
    .nullable()
    .describe('Lines that are missing here; such an entry has no text'),
});
export type LogEntry = z.infer<typeof LogEntry>;

export const LogApp = z.object({
  app: z.string(),
  containers: z.array(z.object({ id: z.string(), name: z.string(), isRunning: z.boolean() })),
  isFollowed: z.boolean(),
  detail: z.string().nullable().describe('Why its lines cannot be read, in words'),
  bytes: z.number().int().describe('What is kept of it, on the disk'),
  oldestKey: LineKey.nullable(),
});
export type LogApp = z.infer<typeof LogApp>;

export const Storage = z.object({
  isKeeping: z.boolean(),
  detail: z.string().nullable().describe('Why new lines are not kept, in words'),
  bytes: z.number().int(),
  bytesPerApp: z.number().int(),
  bytesInAll: z.number().int(),
});
export type Storage = z.infer<typeof Storage>;

const words = <T extends z.ZodType>(one: T, most: number) =>
  z.preprocess(
    (given) => (given === undefined || Array.isArray(given) ? given : [given]),
    z.array(one).max(most),
  );

const AppName = text(520);

/** Which lines are wanted. */
export const LineFilter = {
  app: words(AppName, 100).optional().describe('Apps; all when left out'),
  search: text(500).optional().describe('Part of the line; upper and lower case are the same'),
  isPattern: z.stringbool().default(false).describe('Whether the search is a regular expression'),
  level: words(Level, 6).optional(),
  stream: LogStream.optional(),
};

/** A pattern that cannot be run is told before anything is answered. */
function proven<T extends z.ZodObject>(query: T): T {
  return query.superRefine((given, context) => {
    const { isPattern, search } = given;
    const problem = isPattern === true && typeof search === 'string' ? patternProblem(search) : null;
    if (problem !== null) context.addIssue({ code: 'custom', path: ['search'], message: problem });
  });
}

/** What a stream sends. */
export const LogItem = z.union([
  z.object({ kind: z.literal('lines'), lines: z.array(LogEntry) }),
  z.object({ kind: z.literal('storage'), storage: Storage }),
]);
export type LogItem = z.infer<typeof LogItem>;

export const logs = defineContract({
  id: 'logs',
  permissions: { 'logs:read': { role: 'viewer', summary: 'Read what containers write' } },
  actions: {},
  events: {},
  endpoints: {
    apps: call({
      method: 'GET',
      path: '/logs/apps',
      summary: 'Apps whose lines are kept, by name, and the store they are kept in',
      access: 'logs:read',
      output: z.object({ items: z.array(LogApp), storage: Storage }),
    }),
    list: call({
      method: 'GET',
      path: '/logs',
      summary: 'Past lines of one or several apps, also of containers that are gone',
      access: 'logs:read',
      limit: '600/1m',
      query: proven(
        z.object({
          ...LineFilter,
          since: Moment.optional(),
          until: Moment.optional(),
          order: z.enum(['newest', 'oldest']).default('newest').describe('Which come first'),
          limit: z.coerce.number().int().min(1).max(2000).default(200),
          cursor: text(600).optional().describe('The `next` of the page before'),
        }),
      ),
      output: pageOf(LogEntry).extend({
        isPartial: z
          .boolean()
          .describe('Whether looking was ended before the page was full; go on with `next`'),
      }),
    }),
    download: download({
      path: '/logs/download',
      summary: 'All kept lines of a span as a text file, oldest first',
      access: 'logs:read',
      limit: '30/1m',
      types: ['text/plain; charset=utf-8', 'application/gzip'],
      query: proven(
        z.object({
          ...LineFilter,
          since: Moment.optional(),
          until: Moment.optional(),
          format: z.enum(['text', 'gzip']).default('text'),
          isRaw: z
            .stringbool()
            .default(false)
            .describe('Leave colours and other escapes in, which a terminal obeys'),
        }),
      ),
    }),
    stream: stream({
      path: '/logs/stream',
      summary: 'Lines as they are written, of one or several apps',
      access: 'logs:read',
      limit: '600/1m',
      query: proven(
        z.object({
          ...LineFilter,
          tail: z.coerce.number().int().min(0).max(2000).default(200).describe('So many past lines first'),
          lastEventId: z
            .string()
            .max(6000)
            .optional()
            .describe('Where to go on, as a reader that lost the stream'),
        }),
      ),
      item: LogItem,
    }),
  },
});
