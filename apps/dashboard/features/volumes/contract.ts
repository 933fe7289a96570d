import { call, defineContract, Id, Instant, PageQuery, pageOf, text } from '@nebula/contract';
import { z } from 'zod';
import { Holder } from '../images/contract.ts';

export const VolumeName = z
  .string()
  .max(255)
  .regex(
    /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/,
    'A name has two or more letters, digits, dots, dashes or underscores.',
  );

/** A volume of the engine: data that outlives containers. */
export const Volume = z.object({
  name: z.string(),
  hostId: z.string(),
  driver: z.string(),
  createdAt: Instant.nullable(),
  isAnonymous: z.boolean().describe('The engine named it for one container; nobody chose the name'),
  project: z.string().nullable().describe('Compose project'),
  sizeBytes: z.number().int().nullable().describe('At the last count; null where it was not counted'),
  usedBy: z.array(Holder).describe('Also containers that do not run'),
});
export type Volume = z.infer<typeof Volume>;

export const VolumeDetail = Volume.extend({
  mountPoint: z.string(),
  labels: z.record(z.string(), z.string()),
  options: z.record(z.string(), z.string()).describe('What its driver was told; passwords are left out'),
});
export type VolumeDetail = z.infer<typeof VolumeDetail>;

/** Counting looks at every file, so it is done when somebody asks, and its result is kept for a while. */
export const VolumeSizes = z.object({
  countedAt: Instant,
  items: z.array(z.object({ name: z.string(), bytes: z.number().int().nullable() })),
});
export type VolumeSizes = z.infer<typeof VolumeSizes>;

const one = z.object({ name: z.string().min(1).max(255) });
const started = z.object({ runId: Id });
/** Labels that a person gives. */
const Labels = z
  .record(z.string().min(1).max(255), z.string().max(1024))
  .default({})
  .refine((labels) => Object.keys(labels).length <= 50, 'At most 50 labels.');

export const volumes = defineContract({
  id: 'volumes',
  permissions: {
    'volumes:read': { role: 'viewer', summary: 'See volumes and who uses them' },
    'volumes:operate': { role: 'operator', summary: 'Make volumes, count their size' },
    'volumes:remove': { role: 'admin', summary: 'Remove volumes with all their data' },
  },
  actions: {
    create: { permission: 'volumes:operate', undo: 'Remove it again' },
    remove: { permission: 'volumes:remove', undo: null, stepUp: true },
  },
  events: { changed: { access: 'volumes:read', data: z.object({}) } },
  endpoints: {
    list: call({
      method: 'GET',
      path: '/volumes',
      summary: 'Volumes with who uses them, by name',
      access: 'volumes:read',
      query: PageQuery.extend({
        search: text(255).optional().describe('Part of name or project'),
        use: z.enum(['used', 'unused', 'anonymous']).optional(),
      }),
      output: pageOf(Volume).extend({
        countedAt: Instant.nullable().describe('When sizes were counted last'),
      }),
    }),
    get: call({
      method: 'GET',
      path: '/volumes/:name',
      summary: 'Everything about one volume',
      access: 'volumes:read',
      params: one,
      output: VolumeDetail,
    }),
    sizes: call({
      method: 'GET',
      path: '/volume-sizes',
      summary: 'Size of each volume, counted file by file where the last count is older than ten minutes',
      access: 'volumes:operate',
      limit: '12/1m',
      query: z.object({ isFresh: z.stringbool().default(false).describe('Count again, whatever the age') }),
      output: VolumeSizes,
    }),
    create: call({
      method: 'POST',
      path: '/volumes',
      summary: "Make an empty volume on the machine's own disk",
      access: 'volumes:operate',
      limit: '30/1m',
      status: 202,
      body: z.object({ name: VolumeName, labels: Labels }),
      output: started,
      errors: { TARGET_BUSY: 409, NAME_TAKEN: 409 },
    }),
    remove: call({
      method: 'POST',
      path: '/volumes/:name/remove',
      summary: 'Remove a volume that nobody uses, with all its data; this cannot be undone',
      access: 'volumes:remove',
      limit: '30/1m',
      status: 202,
      params: one,
      body: z.object({
        name: z.string().max(255).describe('Its name once more, so that it is the right one'),
      }),
      output: started,
      errors: { TARGET_BUSY: 409, NAME_DIFFERS: 409, IN_USE: 409 },
    }),
  },
});
