import type { Clock } from '@nebula/clock';
import type { Role } from '@nebula/contract';
import { newId, type Sql } from '@nebula/db';
import { AppError } from '@nebula/errors';
import {
  linkByDigest,
  removeCredentials,
  setPassword,
  tellUserChanged,
  endSessions,
} from './credential-store.ts';
import { hashPassword } from './passwords.ts';
import {
  deleteUser,
  lastSeenOf,
  type LinkRow,
  openInvitations,
  otherAdmins,
  removeInvitation,
  removeInvitationsBy,
  removeLinksFor,
  updateUser,
  userById,
  usersBefore,
} from './people-store.ts';
import { consumeLink, insertLink, lockAccounts, revokeKeysOf, type UserRow, userByEmail } from './store.ts';
import { digestOf, isTokenOf, newToken } from './tokens.ts';

/** What may be changed of an account; `version` is the one that was seen. */
export interface UserChange {
  version: number;
  email?: string | undefined;
  name?: string | undefined;
  role?: Role | undefined;
  isDisabled?: boolean | undefined;
}

/** An account before and after a change, and for whom its open invitations were that ended with its role. */
export interface ChangedUser {
  before: UserRow;
  after: UserRow;
  endedInvitations: string[];
}

/** An open invitation. */
export interface Invitation {
  id: string;
  email: string;
  role: Role;
  invitedBy: string | null;
  createdAt: Date;
  expiresAt: Date;
}

/** Accounts as an administrator manages them. Verbs that change take the caller's transaction. */
export interface People {
  list: typeof usersBefore;
  lastSeen: typeof lastSeenOf;
  /** Throws NOT_FOUND. */
  byId(sql: Sql, id: string): Promise<UserRow>;
  /**
   * Changes an account. Throws CONFLICT with the current values when somebody changed it since `version`, LAST_ADMIN when nobody
   * could manage accounts any more, EMAIL_TAKEN. The open invitations of somebody who may invite no more end.
   */
  change(sql: Sql, id: string, change: UserChange): Promise<ChangedUser>;
  /** Gives an account a role, whatever its version; null when it has it already. Throws NOT_FOUND, LAST_ADMIN. */
  setRole(sql: Sql, id: string, role: Role): Promise<ChangedUser | null>;
  /**
   * Removes an account with its sessions, keys and open invitations. Throws NOT_FOUND, LAST_ADMIN, BAD_INPUT when the address is
   * not its own.
   */
  remove(sql: Sql, id: string, typedEmail: string): Promise<UserRow>;
  /** Invites an address; an earlier invitation of it stops working. Throws EMAIL_TAKEN. */
  invite(sql: Sql, invitation: NewInvitation): Promise<{ token: string; invitation: Invitation }>;
  invitations(sql: Sql, beforeId: string | null, limit: number): Promise<Invitation[]>;
  /** Throws NOT_FOUND. */
  withdraw(sql: Sql, id: string): Promise<Invitation>;
  /** What a link invites to. Throws LINK_INVALID. */
  invitationOf(sql: Sql, token: string): Promise<Invitation>;
  /** Uses an invitation up, by its token or the token's digest. Throws LINK_INVALID. */
  useInvitation(sql: Sql, token: string | Buffer): Promise<Invitation>;
  /** A link that sets a new password, for an hour. Throws NOT_FOUND when no account has the address. */
  resetLink(
    sql: Sql,
    email: string,
    does: ResetDoes,
  ): Promise<{ token: string; user: UserRow; expiresAt: Date }>;
  /** Whose password a link resets. Throws LINK_INVALID. */
  resetOf(sql: Sql, token: string): Promise<{ user: UserRow } & ResetDoes>;
  /**
   * Sets the password with a link, ends every session of the account and revokes its API keys unless the link keeps them. Throws
   * LINK_INVALID.
   */
  reset(
    sql: Sql,
    token: string,
    password: string,
  ): Promise<{ user: UserRow; clearsFactors: boolean; revokedKeys: number }>;
}

/** What a reset does besides setting the password and ending sessions. */
export interface ResetDoes {
  /** Removes second factors and passkeys. */
  clearsFactors: boolean;
  /** Leaves the API keys of the account as they are. */
  keepsKeys: boolean;
}

/** Who is invited, as what, and until when. */
export interface NewInvitation {
  email: string;
  role: Role;
  expiresAt: Date;
  createdBy: string | null;
}

const resetLifeMs = 3_600_000;

/** Accounts on a clock. */
export function createPeople({ clock }: { clock: Clock }): People {
  async function byId(sql: Sql, id: string): Promise<UserRow> {
    const user = await userById(sql, id);
    if (user === undefined) throw new AppError('NOT_FOUND', 'There is no such account.');
    return user;
  }

  async function refuseLastAdmin(sql: Sql, user: UserRow): Promise<void> {
    if (user.role !== 'admin' || user.disabledAt !== null || (await otherAdmins(sql, user.id)) > 0) return;
    throw new AppError(
      'LAST_ADMIN',
      `${user.email} is the last administrator who can sign in. Make somebody else an administrator first.`,
    );
  }

  async function linkOf(sql: Sql, purpose: 'invitation' | 'reset', token: string | Buffer) {
    const digest = typeof token === 'string' ? digestOf(token) : token;
    const found =
      typeof token !== 'string' || isTokenOf('link', token)
        ? await linkByDigest(sql, purpose, digest, clock.now())
        : undefined;
    // One that was made while its maker lost the role was not there yet to be withdrawn.
    if (found === undefined || !mayInvite(found.maker)) throw linkInvalid();
    return { ...found, digest };
  }

  async function resetOf(sql: Sql, token: string) {
    const { link } = await linkOf(sql, 'reset', token);
    const user = await userByEmail(sql, link.email ?? '');
    if (user === undefined) throw linkInvalid();
    return { user, clearsFactors: link.clearsFactors, keepsKeys: link.keepsKeys };
  }

  async function change(sql: Sql, id: string, { version, isDisabled, ...wanted }: UserChange) {
    await lockAccounts(sql);
    const before = await byId(sql, id);
    if (before.version !== version) throw conflict(before);
    const disabledAt =
      isDisabled === undefined ? before.disabledAt : isDisabled ? (before.disabledAt ?? clock.now()) : null;
    const after = {
      email: wanted.email ?? before.email,
      name: wanted.name ?? before.name,
      role: wanted.role ?? before.role,
      disabledAt,
    };
    if (after.role !== 'admin' || disabledAt !== null) await refuseLastAdmin(sql, before);
    if (after.email !== before.email && (await userByEmail(sql, after.email)) !== undefined)
      throw emailTaken();
    const changed = await updateUser(sql, id, version, after);
    if (changed === undefined) throw conflict(await byId(sql, id));
    await tellUserChanged(sql, id);
    const losesSessions = disabledAt !== null && before.disabledAt === null;
    if (losesSessions) await endSessions(sql, id, clock.now(), {});
    const endedInvitations = mayInvite(changed) ? [] : await removeInvitationsBy(sql, id);
    return { before, after: changed, endedInvitations };
  }

  return {
    byId,
    list: usersBefore,
    lastSeen: lastSeenOf,
    change,
    async setRole(sql, id, role) {
      await lockAccounts(sql);
      const user = await byId(sql, id);
      return user.role === role ? null : await change(sql, id, { version: user.version, role });
    },
    async remove(sql, id, typedEmail) {
      await lockAccounts(sql);
      const user = await byId(sql, id);
      if (typedEmail !== user.email) {
        const message = `Type the address of the account, ${user.email}, to remove it.`;
        throw new AppError('BAD_INPUT', message, { fields: [{ path: 'query.email', message }] });
      }
      await refuseLastAdmin(sql, user);
      await endSessions(sql, id, clock.now(), {});
      await deleteUser(sql, id);
      await tellUserChanged(sql, id);
      return user;
    },
    async invite(sql, { email, role, expiresAt, createdBy }) {
      await lockAccounts(sql);
      if ((await userByEmail(sql, email)) !== undefined) throw emailTaken();
      await removeLinksFor(sql, 'invitation', email);
      const { token, digest } = newToken('link');
      const row = { id: newId(), email, role, createdBy, createdAt: clock.now(), expiresAt };
      await insertLink(sql, { ...row, purpose: 'invitation', tokenSha256: digest });
      return { token, invitation: invitationFrom(row, null) };
    },
    async invitations(sql, beforeId, limit) {
      const rows = await openInvitations(sql, clock.now(), beforeId, limit);
      return rows.map(({ link, makerName }) => invitationFrom(link, makerName));
    },
    async withdraw(sql, id) {
      const row = await removeInvitation(sql, id);
      if (row === undefined) throw new AppError('NOT_FOUND', 'There is no such invitation, or it was used.');
      return invitationFrom(row, null);
    },
    async invitationOf(sql, token) {
      const { link, maker } = await linkOf(sql, 'invitation', token);
      return invitationFrom(link, maker?.name ?? null);
    },
    async useInvitation(sql, token) {
      const { link, maker, digest } = await linkOf(sql, 'invitation', token);
      if (!(await consumeLink(sql, 'invitation', digest, clock.now()))) throw linkInvalid();
      return invitationFrom(link, maker?.name ?? null);
    },
    async resetLink(sql, email, does) {
      const user = await userByEmail(sql, email.trim().toLowerCase());
      if (user === undefined)
        throw new AppError('NOT_FOUND', `There is no account with the address ${email}.`);
      await removeLinksFor(sql, 'reset', user.email);
      const { token, digest } = newToken('link');
      const now = clock.now();
      const expiresAt = new Date(now.getTime() + resetLifeMs);
      const row = {
        id: newId(),
        purpose: 'reset' as const,
        tokenSha256: digest,
        email: user.email,
        ...does,
      };
      await insertLink(sql, { ...row, createdAt: now, expiresAt });
      return { token, user, expiresAt };
    },
    resetOf,
    async reset(sql, token, password) {
      const found = await resetOf(sql, token);
      const now = clock.now();
      if (!(await consumeLink(sql, 'reset', digestOf(token), now))) throw linkInvalid();
      const userId = found.user.id;
      await setPassword(sql, { id: newId(), userId, secret: await hashPassword(password), now });
      if (found.clearsFactors) await removeCredentials(sql, userId, ['totp', 'recovery-code', 'passkey']);
      await endSessions(sql, userId, now, {});
      const revokedKeys = found.keepsKeys ? 0 : await revokeKeysOf(sql, userId, now);
      await tellUserChanged(sql, userId);
      const { user, clearsFactors } = found;
      return { user, clearsFactors, revokedKeys };
    },
  };
}

/** Whether invitations of somebody hold; those of the machine's owner have no maker. */
function mayInvite(maker: Pick<UserRow, 'role' | 'disabledAt'> | null): boolean {
  return maker === null || (maker.role === 'admin' && maker.disabledAt === null);
}

function invitationFrom(
  link: Pick<LinkRow, 'id' | 'email' | 'role' | 'createdAt' | 'expiresAt'>,
  invitedBy: string | null,
): Invitation {
  const { id, createdAt, expiresAt } = link;
  return { id, email: link.email ?? '', role: link.role ?? 'viewer', invitedBy, createdAt, expiresAt };
}

function conflict({ version, email, name, role, disabledAt }: UserRow): AppError {
  return new AppError('CONFLICT', 'Somebody changed this account in the meantime.', {
    data: { version, email, name, role, isDisabled: disabledAt !== null },
  });
}

function emailTaken(): AppError {
  const message = 'There is an account with this address already.';
  return new AppError('EMAIL_TAKEN', message, { fields: [{ path: 'body.email', message }] });
}

function linkInvalid(): AppError {
  return new AppError('LINK_INVALID', 'This link was used, withdrawn or has expired. Ask for a new one.');
}
