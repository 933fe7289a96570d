import { Id, Instant, roles, text } from '@nebula/contract';
import { z } from 'zod';

export const Role = z.enum(roles);
export const Email = z.string().trim().toLowerCase().max(254).pipe(z.email('Enter an e-mail address.'));
export const NewPassword = z
  .string()
  .min(12, 'Use at least 12 characters.')
  .max(256, 'Use at most 256 characters.');
export const OldPassword = z.string().min(1, 'Enter your password.').max(256);
export const PersonName = text(80).trim().min(1, 'Enter a name.');
/** Of an authenticator app, or a recovery code. */
export const Code = text(40).trim().min(6, 'Enter the code.');
/** The secret part of a one-time link. */
export const LinkToken = text(100);

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

/** How the second step of a sign-in can be taken. */
export const SecondStep = z.enum(['totp', 'recovery-code', 'passkey']);
export type SecondStep = z.infer<typeof SecondStep>;

/** A session, or the ways to take the second step that is still missing. */
export const SignInState = SessionState.extend({ secondStep: z.array(SecondStep).nullable() });
export type SignInState = z.infer<typeof SignInState>;

const Base64Url = z
  .string()
  .max(20_000)
  .regex(/^[\w-]*$/, 'This is not base64url.');

/** Options for `navigator.credentials`, as JSON (WebAuthn level 3). */
export const PasskeyOptions = z.object({ options: z.looseObject({ challenge: z.string() }) });

/** What a browser answers after making a passkey. */
export const RegistrationAnswer = z.object({
  id: Base64Url,
  clientDataJSON: Base64Url,
  attestationObject: Base64Url,
  transports: z.array(text(20)).max(10).default([]),
});

/** What a browser answers after using a passkey. */
export const AuthenticationAnswer = z.object({
  id: Base64Url,
  clientDataJSON: Base64Url,
  authenticatorData: Base64Url,
  signature: Base64Url,
  userHandle: Base64Url.optional(),
});

export const Passkey = z.object({
  id: Id,
  name: z.string(),
  host: z.string().describe('Host name at which it works'),
  isSynced: z.boolean(),
  createdAt: Instant,
  lastUsedAt: Instant.nullable(),
});
export type Passkey = z.infer<typeof Passkey>;

/** How an account is protected. */
export const Security = z.object({
  hasPassword: z.boolean(),
  twoStepSince: Instant.nullable(),
  recoveryCodesLeft: z.number(),
  passkeys: z.array(Passkey),
  passkeyHost: z
    .string()
    .nullable()
    .describe('Host for which passkeys can be made here; null where browsers know none'),
  provider: z.object({ name: z.string(), isLinked: z.boolean(), email: z.string().nullable() }).nullable(),
  provenUntil: Instant.nullable().describe('Until when the last proof counts'),
});
export type Security = z.infer<typeof Security>;

export const Session = z.object({
  id: Id,
  isCurrent: z.boolean(),
  browser: z.string(),
  system: z.string(),
  address: z.string(),
  createdAt: Instant,
  lastSeenAt: Instant,
});
export type Session = z.infer<typeof Session>;

/** An account as those see it who manage accounts. */
export const ListedUser = User.extend({
  version: z.number().describe('To send back with a change'),
  isDisabled: z.boolean(),
  hasTwoStep: z.boolean(),
  passkeys: z.number(),
  createdAt: Instant,
  lastSeenAt: Instant.nullable(),
});
export type ListedUser = z.infer<typeof ListedUser>;

export const Invitation = z.object({
  id: Id,
  email: z.string(),
  role: Role,
  invitedBy: z.string().nullable(),
  createdAt: Instant,
  expiresAt: Instant,
});
export type Invitation = z.infer<typeof Invitation>;

export const ApiKey = z.object({
  id: Id,
  name: z.string(),
  hint: z.string().describe('The first characters of the key'),
  role: Role,
  scopes: z.array(z.string()),
  owner: z.object({ id: Id, name: z.string(), email: z.string() }).nullable(),
  createdAt: Instant,
  expiresAt: Instant.nullable(),
  lastUsedAt: Instant.nullable(),
  revokedAt: Instant.nullable(),
});
export type ApiKey = z.infer<typeof ApiKey>;

export const Scope = z
  .string()
  .max(100)
  .regex(
    /^(\*|[a-z][a-z-]*:(\*|[a-z][a-z-]*))$/,
    'A scope is `*`, `<feature>:*` or a permission such as `containers:read`.',
  );
