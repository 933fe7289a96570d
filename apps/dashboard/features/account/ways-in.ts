import { credentialsOf, lockCredentials } from '@nebula/auth';
import type { Sql } from '@nebula/db';
import { AppError } from '@nebula/errors';
import type { AccountParts } from './parts.ts';

/**
 * Runs `remove`, which takes a way to sign in from an account. Throws LAST_WAY_IN when nothing would be left to sign in with; of two
 * that are removed at once, one is judged after the other.
 */
export async function keepingAWayIn<T>(
  { factors, provider }: Pick<AccountParts, 'factors' | 'provider'>,
  sql: Sql,
  userId: string,
  remove: () => Promise<T>,
): Promise<T> {
  await lockCredentials(sql, userId);
  const removed = await remove();
  const { hasPassword, passkeys } = await factors.protection(sql, userId);
  const linked = provider === null ? [] : await credentialsOf(sql, userId, 'oidc');
  if (hasPassword || passkeys > 0 || linked.length > 0) return removed;
  throw new AppError(
    'LAST_WAY_IN',
    'You sign in with nothing else. Set a password or add another way to sign in first.',
  );
}
