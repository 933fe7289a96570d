import { call, defineContract, Id, Instant, PageQuery, pageOf, text } from '@nebula/contract';
import { z } from 'zod';

/** An image by name, with registry, tag or digest where it has them. */
export const ImageReference = z
  .string()
  .max(512)
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9_.:@/-]*$/, "This is not an image's name, such as nginx:1.27.");

/**
 * Whether its registry has a newer image under the same name: `pinned` names a digest and never has, `local` was made here,
 * `failed` could not be checked.
 */
export const UpdateState = z.enum(['unchecked', 'current', 'available', 'pinned', 'local', 'failed']);
export type UpdateState = z.infer<typeof UpdateState>;

/** Why an image could not be checked. */
export const CheckFailure = z.enum([
  'unreachable',
  'refused-login',
  'needs-login',
  'rate-limited',
  'not-found',
  'rejected',
]);
export type CheckFailure = z.infer<typeof CheckFailure>;

/** A container, running or not, that keeps something in use. */
export const Holder = z.object({
  id: z.string(),
  name: z.string(),
  project: z.string().nullable().describe('Compose project'),
  isRunning: z.boolean(),
});
export type Holder = z.infer<typeof Holder>;

export const ImageId = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/, 'The id of an image is sha256: and 64 hexadecimal digits.');

/** An image on the machine. */
export const Image = z.object({
  id: ImageId,
  hostId: z.string(),
  name: z.string().describe('The first of its names; the beginning of its id when it has none'),
  tags: z.array(z.string()),
  digests: z.array(z.string()).describe('`name@sha256:…` of each registry it is known from'),
  sizeBytes: z.number().int().describe('All its layers'),
  sharedBytes: z
    .number()
    .int()
    .nullable()
    .describe('What other images have too and stays when it goes; null where the engine does not say'),
  createdAt: Instant,
  isDangling: z.boolean().describe('It has no name any more, most often because a newer one took it'),
  isOnlyCopy: z
    .boolean()
    .describe('No registry is known to have it: it was made here, or its registry has it no more'),
  usedBy: z.array(Holder),
});
export type Image = z.infer<typeof Image>;

export const ImageDetail = Image.extend({
  builtAt: Instant.nullable(),
  platform: z.string(),
  entrypoint: z.array(z.string()),
  command: z.array(z.string()),
  user: z.string(),
  workingDir: z.string(),
  ports: z.array(z.string()),
  volumes: z.array(z.string()).describe('Places that get a volume of their own'),
  variables: z.array(z.string()).describe('Names only; the values are left out'),
  labels: z.record(z.string(), z.string()),
  layers: z.array(z.object({ command: z.string(), sizeBytes: z.number(), createdAt: Instant })),
});
export type ImageDetail = z.infer<typeof ImageDetail>;

/** What images take, and what would be free again without those that nobody uses. */
export const ImageTotals = z.object({
  images: z.number().int(),
  unused: z.number().int(),
  reclaimableBytes: z
    .number()
    .int()
    .nullable()
    .describe(
      'At least so much, since layers that only unused images share are not counted; null where unknown',
    ),
});
export type ImageTotals = z.infer<typeof ImageTotals>;

const one = z.object({ id: ImageId });
const started = z.object({ runId: Id });

/** The last check of one image against its registry. */
export const ImageCheck = z.object({
  image: z.string(),
  imageId: z.string(),
  registry: z.string(),
  state: UpdateState,
  failure: CheckFailure.nullable(),
  detail: z.string().describe('Why it could not be checked; empty otherwise'),
  localDigest: z.string().nullable(),
  remoteDigest: z.string().nullable(),
  checkedAt: Instant,
  retryAt: Instant.nullable().describe('The registry asked not to be asked before'),
});
export type ImageCheck = z.infer<typeof ImageCheck>;

/** A registry that wants a name and password; the password is never told again. */
export const RegistryLogin = z.object({
  id: Id,
  registry: z.string(),
  username: z.string(),
  createdAt: Instant,
  updatedAt: Instant,
});
export type RegistryLogin = z.infer<typeof RegistryLogin>;

export const images = defineContract({
  id: 'images',
  permissions: {
    'images:read': { role: 'viewer', summary: 'See images and whether they have updates' },
    'images:operate': {
      role: 'operator',
      summary: 'Fetch, name and remove images; ask registries for updates',
    },
    'images:registries': { role: 'admin', summary: 'Keep the logins of image registries' },
  },
  actions: {
    check: { permission: 'images:operate', undo: null },
    pull: { permission: 'images:operate', undo: 'Remove it again' },
    tag: { permission: 'images:operate', undo: 'Remove that name' },
    remove: { permission: 'images:operate', undo: 'Fetch it again' },
    'remove-only-copy': { permission: 'images:operate', undo: null },
    'remove-unused': { permission: 'images:operate', undo: 'Fetch them again' },
    'save-login': { permission: 'images:registries', undo: 'Remove the login' },
    'remove-login': { permission: 'images:registries', undo: 'Enter the login again' },
  },
  events: {
    changed: { access: 'images:read', data: z.object({}) },
    checked: { access: 'images:read', data: z.object({ images: z.array(z.string()) }) },
  },
  endpoints: {
    list: call({
      method: 'GET',
      path: '/images',
      summary: 'Images on the machine with who uses them, by name',
      access: 'images:read',
      query: PageQuery.extend({
        search: text(255).optional().describe('Part of a name, digest or id'),
        use: z.enum(['used', 'unused', 'dangling', 'only-copy']).optional(),
      }),
      output: pageOf(Image).extend({ totals: ImageTotals }),
    }),
    get: call({
      method: 'GET',
      path: '/images/:id',
      summary: 'Everything about one image, with what made it',
      access: 'images:read',
      params: one,
      output: ImageDetail,
    }),
    pull: call({
      method: 'POST',
      path: '/images/pull',
      summary: 'Fetch an image from its registry; a run tells how it goes',
      access: 'images:operate',
      limit: '30/1m',
      status: 202,
      body: z.object({ image: ImageReference }),
      output: started,
      errors: { TARGET_BUSY: 409 },
    }),
    tag: call({
      method: 'POST',
      path: '/images/:id/tag',
      summary: 'Give an image a further name',
      access: 'images:operate',
      limit: '60/1m',
      status: 202,
      params: one,
      body: z.object({ name: ImageReference.describe('Such as my/app:stable') }),
      output: started,
      errors: { TARGET_BUSY: 409, NAME_TAKEN: 409 },
    }),
    remove: call({
      method: 'POST',
      path: '/images/:id/remove',
      summary: 'Remove an image that nobody uses; a run tells how it goes',
      access: 'images:operate',
      limit: '60/1m',
      status: 202,
      params: one,
      body: z.object({
        name: z
          .string()
          .max(512)
          .default('')
          .describe('Where it is the only copy: its name once more; it cannot be fetched again'),
      }),
      output: started,
      errors: { TARGET_BUSY: 409, NAME_DIFFERS: 409, IN_USE: 409 },
    }),
    removeUnused: call({
      method: 'POST',
      path: '/images/remove-unused',
      summary:
        'Remove these images; those that are used by now, or are the only copy, are refused before any goes',
      access: 'images:operate',
      limit: '20/1m',
      status: 202,
      body: z.object({ ids: z.array(ImageId).min(1).max(500) }),
      output: started,
      errors: { TARGET_BUSY: 409, IN_USE: 409, ONLY_COPY: 409 },
    }),
    checks: call({
      method: 'GET',
      path: '/images/checks',
      summary: 'The last check of each image against its registry, by name',
      access: 'images:read',
      query: PageQuery.extend({ image: text(512).optional(), state: UpdateState.optional() }),
      output: pageOf(ImageCheck),
    }),
    check: call({
      method: 'POST',
      path: '/images/checks',
      summary: 'Ask the registries now whether there are newer images',
      access: 'images:operate',
      limit: '60/1m',
      status: 202,
      body: z.object({ image: ImageReference.optional().describe('Only this one') }),
    }),
    logins: call({
      method: 'GET',
      path: '/images/logins',
      summary: 'Registries whose login is kept',
      access: 'images:registries',
      query: PageQuery,
      output: pageOf(RegistryLogin),
    }),
    saveLogin: call({
      method: 'PUT',
      path: '/images/logins',
      summary: 'Keep or replace the login of a registry; it is tried first',
      access: 'images:registries',
      limit: '20/1m',
      body: z.object({
        registry: z
          .string()
          .max(255)
          .regex(/^[a-z0-9.-]+(:\d{1,5})?$/, 'A registry is a host, such as ghcr.io or nas.home:5000.'),
        username: text(255).min(1),
        password: z.string().min(1).max(8192),
        isTried: z.boolean().default(true).describe('Sign in there first'),
      }),
      output: RegistryLogin,
      errors: { LOGIN_REFUSED: 422 },
    }),
    removeLogin: call({
      method: 'DELETE',
      path: '/images/logins/:id',
      summary: 'Forget the login of a registry',
      access: 'images:registries',
      params: z.object({ id: Id }),
      status: 204,
    }),
  },
});
