import {
  type CredentialRow,
  patchCredential,
  type ProviderIdentity,
  type ProviderSettings,
  roleOf,
  systemActor,
  type UserRow,
} from '@nebula/auth';
import { AppError } from '@nebula/errors';
import type { Context } from '@nebula/runtime';
import { z } from 'zod';
import { account } from './contract.ts';
import type { AccountParts } from './parts.ts';

const { actions, events } = account;

/** Kept beside the credential of an account that has its role from groups of the provider. */
export const ofGroups = { roleFrom: 'groups' };

/**
 * Gives an account the role of its groups, at each sign-in. One that has had its role from groups and is in none of them any
 * more becomes a viewer; one that never had keeps what an administrator gave it. The last administrator stays one.
 */
export async function followGroups(
  { authenticator, people }: Pick<AccountParts, 'authenticator' | 'people'>,
  settings: ProviderSettings,
  context: Context,
  { credential, user }: { credential: CredentialRow; user: UserRow },
  { groups }: ProviderIdentity,
): Promise<{ user: UserRow; isLeft: boolean }> {
  if (Object.keys(settings.roles).length === 0) return { user, isLeft: false };
  const byGroup = roleOf(settings, groups);
  const isFollowing = hasRoleOfGroups(credential);
  const role = byGroup ?? (isFollowing ? 'viewer' : user.role);
  const isLeft = byGroup === null && isFollowing;
  const isAsBefore = role === user.role && (isFollowing || byGroup === null);
  if (isAsBefore) return { user, isLeft };
  const target = { type: 'user', id: user.id, name: user.email };
  try {
    return await context.write(actions['follow-groups'], target, async (change) => {
      change.record({ actor: systemActor(settings.name), before: { role: user.role }, after: { role } });
      await patchCredential(change.sql, user.id, credential.id, ofGroups);
      const changed = await people.setRole(change.sql, user.id, role);
      if (changed !== null) change.emit(events['users-changed'], { userId: user.id });
      return { user: changed?.after ?? user, isLeft };
    });
  } catch (error) {
    if (error instanceof AppError && error.code === 'LAST_ADMIN') return { user, isLeft: false };
    throw error;
  } finally {
    authenticator.forget();
  }
}

/** Whether an account has had its role from groups of the provider. */
function hasRoleOfGroups({ data }: CredentialRow): boolean {
  return z.object({ roleFrom: z.string().optional() }).parse(JSON.parse(data)).roleFrom === ofGroups.roleFrom;
}
