import type { Clock } from '@nebula/clock';
import type { Sql } from '@nebula/db';
import { AppError } from '@nebula/errors';
import { networkOf } from './network.ts';
import { clearThrottle, raiseThrottle, throttlesOf } from './store.ts';

/** Where a sign-in comes from. */
export interface Attempt {
  email: string;
  address: string;
  /** Id of a device on which this account has signed in before; null on an unknown one. */
  knownDevice: string | null;
  /** The second step counts for itself, since proving the password again must not forget its failures. */
  isSecondStep?: boolean;
}

/**
 * Slows down guessing without ever locking the owner out. A device that has signed in before counts for itself, so strangers
 * who guess cannot block it. Unknown devices share one count per account, blocked for at most a minute, and one per
 * address, blocked for at most two. Throws RATE_LIMITED with the seconds to wait.
 */
export async function checkThrottle(sql: Sql, clock: Clock, attempt: Attempt): Promise<void> {
  const now = clock.now();
  const rows = await throttlesOf(
    sql,
    bucketsOf(attempt).map((bucket) => bucket.key),
  );
  const until = Math.max(0, ...rows.map((row) => row.blockedUntil?.getTime() ?? 0));
  if (until <= now.getTime()) return;
  const seconds = Math.ceil((until - now.getTime()) / 1000);
  throw new AppError('RATE_LIMITED', `Too many failed sign-ins. Try again in ${seconds} s.`, {
    retryAfterSeconds: seconds,
  });
}

/** Counts a failed sign-in. */
export async function countFailure(sql: Sql, clock: Clock, attempt: Attempt): Promise<void> {
  const now = clock.now();
  for (const bucket of bucketsOf(attempt)) {
    await raiseThrottle(sql, bucket.key, now, forgetAfterMs, (failures) => {
      if (failures < bucket.free) return null;
      const waitMs = Math.min(bucket.maxWaitMs, 1000 * 2 ** Math.min(20, failures - bucket.free));
      return new Date(now.getTime() + waitMs);
    });
  }
}

/** Forgets the failures of a device and account after a success; the address keeps its count. */
export async function forgetFailures(sql: Sql, attempt: Attempt): Promise<void> {
  const keys = bucketsOf(attempt).map((bucket) => bucket.key);
  await clearThrottle(
    sql,
    keys.filter((key) => !key.startsWith('address:')),
  );
}

const forgetAfterMs = 60 * 60_000;

function bucketsOf({ email, address, knownDevice, isSecondStep = false }: Attempt) {
  // Who gets here knows the password already, so waiting long keeps no stranger's hands on the owner's door.
  if (isSecondStep) {
    const whose = knownDevice === null ? 'unknown' : `device:${knownDevice}`;
    return [{ key: `second:${email}:${whose}`, free: 5, maxWaitMs: 15 * 60_000 }];
  }
  if (knownDevice !== null) return [{ key: `device:${email}:${knownDevice}`, free: 10, maxWaitMs: 60_000 }];
  return [
    { key: `account:${email}`, free: 5, maxWaitMs: 60_000 },
    { key: `address:${networkOf(address)}`, free: 20, maxWaitMs: 2 * 60_000 },
  ];
}
