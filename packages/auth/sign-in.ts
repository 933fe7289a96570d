import type { Clock } from '@nebula/clock';
import type { Role } from '@nebula/contract';
import { type Database, newId, type Sql } from '@nebula/db';
import { AppError } from '@nebula/errors';
import { deviceOf, newDeviceCookie } from './device.ts';
import { hashPassword, isPassword } from './passwords.ts';
import {
  consumeLink,
  countUsers,
  insertLink,
  insertPassword,
  insertSession,
  markSignedIn,
  insertUser,
  lockAccounts,
  passwordOf,
  revokeSession,
  type UserRow,
  userByEmail,
} from './store.ts';
import { type Attempt, checkThrottle, countFailure, forgetFailures } from './throttle.ts';
import { inTurn } from './turns.ts';
import { digestOf, isTokenOf, newToken } from './tokens.ts';

/** A new session: the token for the cookie, and who it belongs to. */
export interface SignedIn {
  token: string;
  sessionId: string;
  expiresAt: Date;
  steppedUpAt: Date | null;
  user: UserRow;
  /** Cookie that marks the device; it opens nothing. */
  deviceCookie: string;
  /** True when this account has signed in before, but not on this device. */
  isNewDevice: boolean;
}

/** From where a session is opened; shown to its owner. */
export interface Origin {
  address: string;
  userAgent: string;
}

/** What else a session is opened with. */
export interface OpenOptions {
  deviceCookie?: string | undefined;
  /** False when what opens it does not count as a proof for dangerous things; it does unless said so. */
  isProof?: boolean;
}

/** Accounts and sessions. Verbs that change take the caller's transaction. */
export interface SignIn {
  /** True until the first account exists. */
  needsSetUp(sql: Sql): Promise<boolean>;
  /**
   * A fresh one-time token for the first account; those printed before work as well until there is one, since a server that is
   * started again must not take away what somebody is about to use. Null when an account exists.
   */
  issueSetUpToken(database: Database): Promise<string | null>;
  /** Makes the first account. Throws SETUP_LINK_INVALID when the token is unknown, expired or was used. */
  setUp(sql: Sql, token: string, account: NewAccount): Promise<UserRow>;
  /** Makes an account; without a password it signs in at a provider. Throws EMAIL_TAKEN. */
  createUser(sql: Sql, account: AnyAccount): Promise<UserRow>;
  /** Proves a password; null when wrong, after counting it. Throws RATE_LIMITED while the attempt is throttled. */
  prove(database: Database, attempt: Credentials): Promise<UserRow | null>;
  /** Opens a session for a proven user. */
  open(sql: Sql, user: UserRow, origin: Origin & OpenOptions): Promise<SignedIn>;
  /** Ends a session everywhere. */
  close(sql: Sql, sessionId: string): Promise<void>;
}

/** What an account is made of. */
export interface NewAccount {
  email: string;
  name: string;
  password: string;
}

/** An account as it is made; one without a password signs in at a provider. */
export type AnyAccount = Omit<NewAccount, 'password'> & { password: string | null; role: Role };

/** From where a proof comes. `deviceCookie` is what {@link SignedIn} left on this device, if anything. */
export interface Whereabouts {
  address: string;
  deviceCookie: string | undefined;
}

/** What somebody shows to sign in. */
export interface Credentials extends Whereabouts {
  email: string;
  password: string;
}

/** A session lives 30 days from its last use. */
export const sessionLifeMs = 30 * 86_400_000;
const setUpLifeMs = 24 * 3_600_000;

/** Accounts and sessions on a clock; `deviceKey` (32 bytes) lies outside the database. */
export function createSignIn({ clock, deviceKey }: { clock: Clock; deviceKey: Buffer }): SignIn {
  async function createUser(sql: Sql, account: AnyAccount): Promise<UserRow> {
    const email = normalEmail(account.email);
    await lockAccounts(sql);
    if ((await userByEmail(sql, email)) !== undefined) {
      throw new AppError('EMAIL_TAKEN', 'There is an account with this address already.', {
        fields: [{ path: 'body.email', message: 'There is an account with this address already.' }],
      });
    }
    const now = clock.now();
    const user = {
      id: newId(),
      email,
      name: account.name,
      role: account.role,
      createdAt: now,
      disabledAt: null,
      version: 1,
      signedInAt: null,
    };
    await insertUser(sql, user);
    if (account.password !== null) {
      const secret = await hashPassword(account.password);
      await insertPassword(sql, { id: newId(), userId: user.id, secret, now });
    }
    return user;
  }

  async function proveAlone(database: Database, attempt: Attempt, password: string): Promise<UserRow | null> {
    await checkThrottle(database.sql, clock, attempt);
    const user = await userByEmail(database.sql, attempt.email);
    const isActive = user !== undefined && user.disabledAt === null;
    const hash = isActive ? await passwordOf(database.sql, user.id) : null;
    if (isActive && (await isPassword(hash, password))) {
      await forgetFailures(database.sql, attempt);
      return user;
    }
    if (!isActive) await isPassword(null, password);
    await database.transaction((sql) => countFailure(sql, clock, attempt));
    return null;
  }

  return {
    createUser,
    needsSetUp: async (sql) => (await countUsers(sql)) === 0,
    async issueSetUpToken(database) {
      return await database.transaction(async (sql) => {
        await lockAccounts(sql);
        if ((await countUsers(sql)) > 0) return null;
        const now = clock.now();
        const { token, digest } = newToken('link');
        await insertLink(sql, {
          id: newId(),
          purpose: 'set-up',
          tokenSha256: digest,
          createdAt: now,
          expiresAt: new Date(now.getTime() + setUpLifeMs),
        });
        return token;
      });
    },
    async setUp(sql, token, account) {
      await lockAccounts(sql);
      const isValid =
        isTokenOf('link', token) &&
        (await countUsers(sql)) === 0 &&
        (await consumeLink(sql, 'set-up', digestOf(token), clock.now()));
      if (!isValid) {
        throw new AppError(
          'SETUP_LINK_INVALID',
          'This set-up link was used or has expired. Sign in if there is an account; otherwise start NebulaCommand again for a new link.',
        );
      }
      return await createUser(sql, { ...account, role: 'admin' });
    },
    async prove(database, { password, deviceCookie, ...given }) {
      const email = normalEmail(given.email);
      const attempt = {
        address: given.address,
        email,
        knownDevice: deviceOf(deviceKey, email, deviceCookie),
      };
      return await inTurn(email, () => proveAlone(database, attempt, password));
    },
    async open(sql, user, origin) {
      const now = clock.now();
      const { token, digest } = newToken('session');
      const expiresAt = new Date(now.getTime() + sessionLifeMs);
      const session = {
        id: newId(),
        tokenSha256: digest,
        userId: user.id,
        createdAt: now,
        lastSeenAt: now,
        expiresAt,
        steppedUpAt: origin.isProof === false ? null : now,
        userAgent: origin.userAgent.slice(0, 300),
        address: origin.address,
      };
      await insertSession(sql, session);
      const isFirst = await markSignedIn(sql, user.id, now);
      return {
        token,
        sessionId: session.id,
        expiresAt,
        steppedUpAt: session.steppedUpAt,
        user,
        deviceCookie: newDeviceCookie(deviceKey, user.email),
        isNewDevice: !isFirst && deviceOf(deviceKey, user.email, origin.deviceCookie) === null,
      };
    },
    close: (sql, sessionId) => revokeSession(sql, sessionId, clock.now()),
  };
}

/** Addresses are compared without case and surrounding space. */
function normalEmail(email: string): string {
  return email.trim().toLowerCase();
}
