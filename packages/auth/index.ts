import { join } from 'node:path';
import type { MigrationSet } from '@nebula/db';

export { type Actor, actorName, createJudge, type Judge, nobody, systemActor } from './actor.ts';
export { type ApiKeys, createApiKeys, type ListedKey, type NewApiKey } from './api-keys.ts';
export { type Authenticator, createAuthenticator, type Identity } from './authenticator.ts';
export {
  type Answerer,
  answeredWrongly,
  askAnybody,
  challengeLifeMs,
  lookAt,
  takeAnswer,
} from './challenges.ts';
export {
  credentialByExternalId,
  type CredentialRow,
  credentialsOf,
  endSessions,
  insertCredential,
  lockCredentials,
  patchCredential,
  removeCredentials,
  sessionsOf,
  setPassword,
  setSteppedUp,
} from './credential-store.ts';
export { networkOf } from './network.ts';
export { createPasskeys, type Passkey, type Passkeys, type Site, siteOf } from './passkeys.ts';
export { hashPassword } from './passwords.ts';
export {
  type ChangedUser,
  createPeople,
  type Invitation,
  type People,
  type ResetDoes,
  type UserChange,
} from './people.ts';
export { userById } from './people-store.ts';
export {
  createProvider,
  isAllowedEmail,
  type Provider,
  type ProviderIdentity,
  type ProviderMemory,
  type ProviderSettings,
  roleOf,
} from './provider.ts';
export {
  type CodeKind,
  createSecondFactors,
  type Holder,
  type Protection,
  type SecondFactors,
} from './second-factors.ts';
export {
  createSignIn,
  type Origin,
  type SignedIn,
  type SignIn,
  sessionLifeMs,
  type Whereabouts,
} from './sign-in.ts';
export { hasFreshProof, stepUpLifeMs, stepUpScope } from './step-up.ts';
export { type ApiKeyRow, authChannel, countUsers, removeSpent, type UserRow, userByEmail } from './store.ts';
export { csrfTokenOf, digestOf, newToken } from './tokens.ts';
export type { AuthenticationAnswer, RegistrationAnswer } from './webauthn.ts';

/** Tables of accounts, sessions, API keys, one-time links and challenges. */
export const authMigrations: MigrationSet = { id: 'auth', dir: join(import.meta.dirname, 'migrations') };
