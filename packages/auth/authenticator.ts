import type { Clock } from '@nebula/clock';
import { includesRole } from '@nebula/contract';
import type { Database } from '@nebula/db';
import { AppError } from '@nebula/errors';
import type { Log } from '@nebula/log';
import type { Actor } from './actor.ts';
import { sessionLifeMs } from './sign-in.ts';
import { apiKeyByDigest, authChannel, liveSession, touchApiKey, touchSession } from './store.ts';
import { digestOf, isTokenOf } from './tokens.ts';

/** Who a request is from, and when a session ends. */
export interface Identity {
  actor: Actor;
  expiresAt: Date | null;
  /** True when a session's life was just extended: the browser's cookie should be too. */
  isRenewed: boolean;
}

/** Turns tokens into actors: one indexed read, remembered for seconds, forgotten at once when anything is revoked. */
export interface Authenticator {
  /** The session's user; null when the token opens nothing any more. */
  bySession(token: string): Promise<Identity | null>;
  /** The key as actor. Throws SIGNED_OUT with the reason when it is unknown, expired or revoked. */
  byApiKey(token: string): Promise<Identity>;
  /** True when the token was proven within the last seconds and is answered without asking the database. */
  remembers(token: string): boolean;
  /** Forgets what it remembers; call it after a revocation of this process has committed, so that it holds at once. */
  forget(): void;
  /**
   * Listens for revocations of any process; `onRevoked` gets `session:<id>` or `apiKey:<id>`, or an empty text when some may have
   * been missed.
   */
  watch(onRevoked: (subject: string) => void, signal: AbortSignal): Promise<void>;
}

const rememberMs = 10_000;
const touchEveryMs = 60_000;

/** An authenticator on a database. */
export function createAuthenticator(options: { database: Database; clock: Clock; log: Log }): Authenticator {
  const { database, clock, log } = options;
  let generation = 0;
  const remembered = new Map<string, { identity: Identity; until: number }>();

  function known(key: string): Identity | null {
    const now = clock.now().getTime();
    const hit = remembered.get(key);
    if (hit === undefined || hit.until <= now) return null;
    return (hit.identity.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY) > now ? hit.identity : null;
  }

  async function remember(
    token: string,
    read: (digest: Buffer) => Promise<Identity | null>,
  ): Promise<Identity | null> {
    const digest = digestOf(token);
    const key = digest.toString('latin1');
    const hit = known(key);
    if (hit !== null) return hit;
    const asked = generation;
    const identity = await read(digest);
    // What was read before a revocation must not be remembered after it.
    if (identity !== null && asked === generation) {
      if (remembered.size >= 1000) remembered.clear();
      const until = clock.now().getTime() + rememberMs;
      remembered.set(key, { identity: { ...identity, isRenewed: false }, until });
    }
    return identity;
  }

  async function readSession(digest: Buffer): Promise<Identity | null> {
    const now = clock.now();
    const found = await liveSession(database.sql, digest, now);
    if (found === undefined) return null;
    const { session, user } = found;
    const isRenewed = now.getTime() - session.lastSeenAt.getTime() > touchEveryMs;
    if (isRenewed) {
      await touchSession(database.sql, session.id, now, new Date(now.getTime() + sessionLifeMs));
    }
    const { id, name, email, role } = user;
    return {
      actor: { kind: 'user', id, name, email, role, sessionId: session.id, steppedUpAt: session.steppedUpAt },
      expiresAt: session.expiresAt,
      isRenewed,
    };
  }

  async function readApiKey(digest: Buffer): Promise<Identity | null> {
    const now = clock.now();
    const found = await apiKeyByDigest(database.sql, digest);
    if (found === undefined) throw refused('This API key is not known here.');
    const { key, user } = found;
    if (key.revokedAt !== null) throw refused('This API key was revoked.');
    if (key.expiresAt !== null && key.expiresAt <= now) {
      throw refused(`This API key expired on ${key.expiresAt.toISOString().slice(0, 10)}.`);
    }
    if (key.userId !== null && (user === null || user.disabledAt !== null)) {
      throw refused("This API key's account is disabled.");
    }
    if (key.lastUsedAt === null || now.getTime() - key.lastUsedAt.getTime() > touchEveryMs) {
      await touchApiKey(database.sql, key.id, now);
    }
    const role = user !== null && !includesRole(user.role, key.role) ? user.role : key.role;
    const { id, name, scopes, userId } = key;
    const { expiresAt } = key;
    return {
      actor: { kind: 'apiKey', id, name, role, scopes, userId, expiresAt },
      expiresAt,
      isRenewed: false,
    };
  }

  function forget(): void {
    generation += 1;
    remembered.clear();
  }

  return {
    async bySession(token) {
      return isTokenOf('session', token) ? await remember(token, readSession) : null;
    },
    async byApiKey(token) {
      if (!isTokenOf('apiKey', token)) throw refused('This is not an API key of NebulaCommand.');
      const identity = await remember(token, readApiKey);
      if (identity === null) throw refused('This API key is not known here.');
      return identity;
    },
    remembers: (token) => known(digestOf(token).toString('latin1')) !== null,
    forget,
    async watch(onRevoked, signal) {
      const hear = (subject: string) => {
        forget();
        onRevoked(subject);
        log.debug({ subject }, 'credentials changed');
      };
      await database.listen(authChannel, { onMessage: hear, onListening: () => hear('') }, signal);
    },
  };
}

function refused(sentence: string): AppError {
  return new AppError('SIGNED_OUT', sentence);
}
