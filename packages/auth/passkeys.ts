import { createHash } from 'node:crypto';
import type { Clock } from '@nebula/clock';
import { newId, type Sql } from '@nebula/db';
import { AppError } from '@nebula/errors';
import { z } from 'zod';
import { askAnybody, askUser, takeAnswer } from './challenges.ts';
import {
  type CredentialRow,
  credentialByExternalId,
  credentialsOf,
  insertCredential,
  patchCredential,
  removeCredential,
  usePasskey,
} from './credential-store.ts';
import {
  type AuthenticationAnswer,
  authenticationOptions,
  provenAuthentication,
  provenRegistration,
  type RegistrationAnswer,
  registrationOptions,
} from './webauthn.ts';
import type { Holder } from './second-factors.ts';
import type { UserRow } from './store.ts';

/** A passkey as its owner sees it. */
export interface Passkey {
  id: string;
  name: string;
  /** Host name for which it was made; it works nowhere else. */
  host: string;
  /** True when it is copied between devices, as those of a password manager are. */
  isSynced: boolean;
  createdAt: Date;
  lastUsedAt: Date | null;
}

/** Where somebody reached us: the origin, and the host name that passkeys belong to. */
export interface Site {
  origin: string;
  host: string;
}

/** Passkeys (WebAuthn level 3): with one, nobody needs a password. */
export interface Passkeys {
  list(sql: Sql, userId: string): Promise<Passkey[]>;
  /** Options for the browser to make a passkey. */
  startRegistration(
    sql: Sql,
    who: Holder,
    user: Pick<UserRow, 'email' | 'name'>,
    site: Site,
  ): Promise<object>;
  /** Keeps what the browser made. Throws PASSKEY_REFUSED. */
  register(sql: Sql, who: Holder, site: Site, name: string, answer: RegistrationAnswer): Promise<Passkey>;
  /** Options for anybody to sign in; `token` goes into a cookie. */
  startSignIn(sql: Sql, site: Site): Promise<{ options: object; token: string }>;
  /** Whose passkey it is. Throws PASSKEY_REFUSED. */
  signIn(sql: Sql, token: string | undefined, site: Site, answer: AuthenticationAnswer): Promise<UserRow>;
  /** Options for an account to prove itself again. Throws NOT_FOUND when it has none for this host. */
  startProof(sql: Sql, who: Holder, site: Site): Promise<object>;
  /** Throws PASSKEY_REFUSED when it is not this account's or does not prove it. */
  prove(sql: Sql, who: Holder, site: Site, answer: AuthenticationAnswer): Promise<void>;
  /** Throws NOT_FOUND. */
  rename(sql: Sql, userId: string, id: string, name: string): Promise<Passkey>;
  /** Throws NOT_FOUND. */
  remove(sql: Sql, userId: string, id: string): Promise<Passkey>;
}

/** The site of an origin; null where browsers know no passkeys: at an IP address, or without encryption outside localhost. */
export function siteOf(origin: string): Site | null {
  const url = URL.parse(origin);
  if (url === null) return null;
  const isLocal = url.hostname === 'localhost' || url.hostname.endsWith('.localhost');
  const isAddress = /^[\d.]+$|^\[/.test(url.hostname);
  if (isAddress || (url.protocol !== 'https:' && !isLocal)) return null;
  return { origin: url.origin, host: url.hostname };
}

const Data = z.object({
  name: z.string(),
  host: z.string(),
  counter: z.number(),
  transports: z.array(z.string()),
  isSynced: z.boolean(),
});

/** Passkeys on a clock. */
export function createPasskeys({ clock }: { clock: Clock }): Passkeys {
  async function used(sql: Sql, site: Site, challenge: string, answer: AuthenticationAnswer) {
    const found = await credentialByExternalId(sql, 'passkey', answer.id);
    if (found === undefined) throw refused('This passkey is not known here; it may have been removed.');
    const { credential, user } = found;
    const data = Data.parse(JSON.parse(credential.data));
    if (answer.userHandle !== undefined && answer.userHandle !== handleOf(user.id)) {
      throw refused('This passkey was made for another account.');
    }
    const known = { id: answer.id, publicKey: credential.secret, counter: data.counter };
    const proven = await provenAuthentication(site, challenge, known, answer);
    const next = { ...data, counter: proven.counter, isSynced: proven.isSynced };
    const now = clock.now();
    const use = { counter: proven.counter, data: JSON.stringify(next), now };
    if (!(await usePasskey(sql, credential.id, use))) {
      throw refused(
        'This passkey was used elsewhere in the meantime, so it may have been copied. Remove it.',
      );
    }
    return user;
  }

  return {
    list: async (sql, userId) => (await credentialsOf(sql, userId, 'passkey')).map(shown),
    async startRegistration(sql, who, user, site) {
      const existing = await credentialsOf(sql, who.userId, 'passkey');
      const ids = existing.flatMap(({ externalId }) => externalId ?? []);
      const { options, challenge } = await registrationOptions(site, handleOf(who.userId), user, ids);
      await askUser(sql, clock, 'passkey-register', who, challenge);
      return options;
    },
    async register(sql, who, site, name, answer) {
      const asked = await takeAnswer(sql, clock, 'passkey-register', who);
      if (asked === null) throw refused('This took longer than five minutes; begin again.');
      const made = await provenRegistration(site, asked.data, answer);
      const data = { name, host: site.host, ...made.data };
      const row = {
        id: newId(),
        userId: who.userId,
        kind: 'passkey' as const,
        externalId: made.id,
        secret: made.publicKey,
        data: JSON.stringify(data),
        createdAt: clock.now(),
        lastUsedAt: null,
      };
      if (!(await insertCredential(sql, row))) throw refused('This passkey is registered already.');
      return shown(row);
    },
    async startSignIn(sql, site) {
      const { options, challenge } = await authenticationOptions(site, []);
      return {
        options,
        token: await askAnybody(sql, clock, 'passkey-sign-in', { userId: null, data: challenge }),
      };
    },
    async signIn(sql, token, site, answer) {
      const asked = await takeAnswer(sql, clock, 'passkey-sign-in', { token });
      if (asked === null) throw refused('This took longer than five minutes; begin again.');
      const user = await used(sql, site, asked.data, answer);
      if (user.disabledAt !== null) throw refused('This account is disabled.');
      return user;
    },
    async startProof(sql, who, site) {
      const own = await credentialsOf(sql, who.userId, 'passkey');
      const ids = own
        .filter(({ data }) => Data.parse(JSON.parse(data)).host === site.host)
        .flatMap(({ externalId }) => externalId ?? []);
      if (ids.length === 0) throw new AppError('NOT_FOUND', 'There is no passkey of yours for this address.');
      const { options, challenge } = await authenticationOptions(site, ids);
      await askUser(sql, clock, 'passkey-proof', who, challenge);
      return options;
    },
    async prove(sql, who, site, answer) {
      const asked = await takeAnswer(sql, clock, 'passkey-proof', who);
      if (asked === null) throw refused('This took longer than five minutes; begin again.');
      const user = await used(sql, site, asked.data, answer);
      if (user.id !== who.userId) throw refused('This passkey was made for another account.');
    },
    async rename(sql, userId, id, name) {
      const own = await credentialsOf(sql, userId, 'passkey');
      const row = own.some((one) => one.id === id)
        ? await patchCredential(sql, userId, id, { name })
        : undefined;
      if (row === undefined) throw new AppError('NOT_FOUND', 'There is no such passkey.');
      return shown(row);
    },
    async remove(sql, userId, id) {
      const row = await removeCredential(sql, userId, 'passkey', id);
      if (row === undefined) throw new AppError('NOT_FOUND', 'There is no such passkey.');
      return shown(row);
    },
  };
}

function refused(sentence: string): AppError {
  return new AppError('PASSKEY_REFUSED', sentence);
}

/** The user handle: says nothing of the person to whoever reads the authenticator (WebAuthn section 14.6.1). */
function handleOf(userId: string): string {
  return createHash('sha256').update(`passkey\n${userId}`).digest('base64url');
}

function shown({
  id,
  data,
  createdAt,
  lastUsedAt,
}: Pick<CredentialRow, 'id' | 'data' | 'createdAt' | 'lastUsedAt'>): Passkey {
  const { name, host, isSynced } = Data.parse(JSON.parse(data));
  return { id, name, host, isSynced, createdAt, lastUsedAt };
}
