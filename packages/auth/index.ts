import { join } from 'node:path';
import type { MigrationSet } from '@nebula/db';

export { type Actor, createJudge, type Judge, nobody, systemActor } from './actor.ts';
export { type ApiKeys, createApiKeys, type NewApiKey } from './api-keys.ts';
export { type Authenticator, createAuthenticator, type Identity } from './authenticator.ts';
export { networkOf } from './network.ts';
export { createSignIn, type SignedIn, type SignIn, sessionLifeMs } from './sign-in.ts';
export { type ApiKeyRow, authChannel, countUsers, removeSpent, type UserRow } from './store.ts';
export { csrfTokenOf, digestOf, newToken } from './tokens.ts';

/** Tables of accounts, sessions, API keys and one-time links. */
export const authMigrations: MigrationSet = { id: 'auth', dir: join(import.meta.dirname, 'migrations') };
