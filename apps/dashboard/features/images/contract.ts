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
    'images:read': { role: 'viewer', summary: 'See whether images have updates' },
    'images:operate': { role: 'operator', summary: 'Ask registries for updates' },
    'images:registries': { role: 'admin', summary: 'Keep the logins of image registries' },
  },
  actions: {
    check: { permission: 'images:operate', undo: null },
    'save-login': { permission: 'images:registries', undo: 'Remove the login' },
    'remove-login': { permission: 'images:registries', undo: 'Enter the login again' },
  },
  events: {
    checked: { access: 'images:read', data: z.object({ images: z.array(z.string()) }) },
  },
  endpoints: {
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
