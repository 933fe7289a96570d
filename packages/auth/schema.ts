import { roles } from '@nebula/contract';
import { boolean, customType, integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' });
const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

export const users = pgTable('users', {
  id: uuid('id').primaryKey(),
  email: text('email').notNull(),
  name: text('name').notNull(),
  role: text('role', { enum: roles }).notNull(),
  createdAt: instant('created_at').notNull(),
  disabledAt: instant('disabled_at'),
  version: integer('version').notNull().default(1),
  signedInAt: instant('signed_in_at'),
});

export const userCredentials = pgTable('user_credentials', {
  id: uuid('id').primaryKey(),
  userId: uuid('user_id').notNull(),
  kind: text('kind', { enum: ['password', 'totp', 'passkey', 'recovery-code', 'oidc'] }).notNull(),
  externalId: text('external_id'),
  secret: text('secret').notNull(),
  data: text('data').notNull().default('{}'),
  createdAt: instant('created_at').notNull(),
  lastUsedAt: instant('last_used_at'),
});

export const sessions = pgTable('sessions', {
  id: uuid('id').primaryKey(),
  tokenSha256: bytes('token_sha256').notNull(),
  userId: uuid('user_id').notNull(),
  createdAt: instant('created_at').notNull(),
  lastSeenAt: instant('last_seen_at').notNull(),
  expiresAt: instant('expires_at').notNull(),
  steppedUpAt: instant('stepped_up_at'),
  revokedAt: instant('revoked_at'),
  userAgent: text('user_agent').notNull(),
  address: text('address').notNull(),
});

export const apiKeys = pgTable('api_keys', {
  id: uuid('id').primaryKey(),
  tokenSha256: bytes('token_sha256').notNull(),
  hint: text('hint').notNull(),
  madeBy: uuid('made_by'),
  userId: uuid('user_id'),
  name: text('name').notNull(),
  role: text('role', { enum: roles }).notNull(),
  scopes: text('scopes').array().notNull(),
  createdAt: instant('created_at').notNull(),
  expiresAt: instant('expires_at'),
  lastUsedAt: instant('last_used_at'),
  revokedAt: instant('revoked_at'),
});

export const oneTimeLinks = pgTable('one_time_links', {
  id: uuid('id').primaryKey(),
  purpose: text('purpose', { enum: ['set-up', 'invitation', 'reset'] }).notNull(),
  tokenSha256: bytes('token_sha256').notNull(),
  email: text('email'),
  role: text('role', { enum: roles }),
  createdBy: uuid('created_by'),
  createdAt: instant('created_at').notNull(),
  expiresAt: instant('expires_at').notNull(),
  usedAt: instant('used_at'),
  clearsFactors: boolean('clears_factors').notNull().default(false),
  keepsKeys: boolean('keeps_keys').notNull().default(false),
});

export const challenges = pgTable('challenges', {
  keySha256: bytes('key_sha256').primaryKey(),
  purpose: text('purpose', {
    enum: ['second-factor', 'passkey-sign-in', 'passkey-register', 'passkey-proof', 'totp', 'provider'],
  }).notNull(),
  userId: uuid('user_id'),
  data: text('data').notNull(),
  failures: integer('failures').notNull().default(0),
  createdAt: instant('created_at').notNull(),
  expiresAt: instant('expires_at').notNull(),
});

export const signInThrottle = pgTable('sign_in_throttle', {
  key: text('key').primaryKey(),
  failures: integer('failures').notNull(),
  lastFailureAt: instant('last_failure_at').notNull(),
  blockedUntil: instant('blocked_until'),
});
