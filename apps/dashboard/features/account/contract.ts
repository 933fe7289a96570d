import { call, defineContract, Id, Instant, IdPageQuery, pageOf, text, roles } from '@nebula/contract';
import { z } from 'zod';

export const Role = z.enum(roles);
export const Email = z.string().trim().toLowerCase().max(254).pipe(z.email('Enter an e-mail address.'));
export const NewPassword = z
  .string()
  .min(12, 'Use at least 12 characters.')
  .max(256, 'Use at most 256 characters.');

export const User = z.object({ id: Id, email: z.string(), name: z.string(), role: Role });
export type User = z.infer<typeof User>;

/** What the page needs to know first: who is signed in, and what to send with each change. */
export const SessionState = z.object({
  user: User.nullable(),
  csrfToken: z.string().nullable(),
  needsSetUp: z.boolean(),
  permissions: z.array(z.string()),
});
export type SessionState = z.infer<typeof SessionState>;

export const ApiKey = z.object({
  id: Id,
  name: z.string(),
  hint: z.string().describe('The first characters of the key'),
  role: Role,
  scopes: z.array(z.string()),
  createdAt: Instant,
  expiresAt: Instant.nullable(),
  lastUsedAt: Instant.nullable(),
  revokedAt: Instant.nullable(),
});
export type ApiKey = z.infer<typeof ApiKey>;

const Scope = z
  .string()
  .regex(
    /^(\*|[a-z][a-z-]*:(\*|[a-z][a-z-]*))$/,
    'A scope is `*`, `<feature>:*` or a permission such as `containers:read`.',
  );

export const account = defineContract({
  id: 'account',
  permissions: {
    'account:manage-keys': { role: 'viewer', summary: 'Make and revoke own API keys' },
  },
  actions: {
    'set-up': { permission: 'public', undo: null },
    'sign-in': { permission: 'public', undo: 'Sign out' },
    'sign-out': { permission: 'signed-in', undo: 'Sign in again' },
    'create-key': { permission: 'account:manage-keys', undo: 'Revoke the key' },
    'revoke-key': { permission: 'account:manage-keys', undo: null },
  },
  events: {},
  endpoints: {
    session: call({
      method: 'GET',
      path: '/account/session',
      summary: 'Who is signed in',
      access: 'public',
      output: SessionState,
    }),
    setUp: call({
      method: 'POST',
      path: '/account/set-up',
      summary: 'Make the first account with the one-time link and sign in',
      access: 'public',
      limit: '20/1m',
      body: z.object({
        token: text(100),
        email: Email,
        name: text(80).trim().min(1, 'Enter your name.'),
        password: NewPassword,
      }),
      output: SessionState,
      errors: { SETUP_LINK_INVALID: 410, EMAIL_TAKEN: 409 },
    }),
    signIn: call({
      method: 'POST',
      path: '/account/sign-in',
      summary: 'Sign in with e-mail and password',
      access: 'public',
      limit: '60/1m',
      body: z.object({ email: Email, password: z.string().min(1, 'Enter your password.').max(256) }),
      output: SessionState,
      errors: { WRONG_CREDENTIALS: 401 },
    }),
    signOut: call({
      method: 'POST',
      path: '/account/sign-out',
      summary: 'End this session',
      access: 'signed-in',
    }),
    listKeys: call({
      method: 'GET',
      path: '/account/api-keys',
      summary: 'Own API keys, newest first',
      access: 'account:manage-keys',
      query: IdPageQuery,
      output: pageOf(ApiKey),
    }),
    createKey: call({
      method: 'POST',
      path: '/account/api-keys',
      summary: 'Make an API key; it is shown this once',
      access: 'account:manage-keys',
      limit: '30/1m',
      status: 201,
      body: z.object({
        name: text(80).trim().min(1, 'Give the key a name.'),
        role: Role.default('viewer'),
        scopes: z.array(Scope).min(1, 'Name at least one scope.').max(50),
        expiresInDays: z.number().int().min(1).max(3650).nullable().default(90),
      }),
      output: z.object({ key: ApiKey, token: z.string() }),
    }),
    revokeKey: call({
      method: 'DELETE',
      path: '/account/api-keys/:id',
      summary: 'Make an API key stop working at once',
      access: 'account:manage-keys',
      params: z.object({ id: Id }),
    }),
  },
});
