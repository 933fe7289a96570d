import { networkOf } from '@nebula/auth';
import { AppError } from '@nebula/errors';

/** Counts requests with keys that do not hold, per network, so that guessing costs no database read for long. */
export interface Refusals {
  /** Throws RATE_LIMITED while a network has sent too many. */
  check(address: string): void;
  count(address: string): void;
}

const spanMs = 60_000;
const mostNetworks = 10_000;

/** Allows `perMinute` refused requests a minute and network. */
export function createRefusals(perMinute: number, now: () => number = Date.now): Refusals {
  const byNetwork = new Map<string, { count: number; until: number }>();
  return {
    check(address) {
      const entry = byNetwork.get(networkOf(address));
      if (entry === undefined || entry.until <= now() || entry.count < perMinute) return;
      const seconds = Math.ceil((entry.until - now()) / 1000);
      throw new AppError(
        'RATE_LIMITED',
        `Too many requests with a key that does not hold. Try again in ${seconds} s.`,
        {
          retryAfterSeconds: seconds,
        },
      );
    },
    count(address) {
      const network = networkOf(address);
      const entry = byNetwork.get(network);
      if (entry !== undefined && entry.until > now()) {
        entry.count += 1;
        return;
      }
      if (byNetwork.size >= mostNetworks) byNetwork.clear();
      byNetwork.set(network, { count: 1, until: now() + spanMs });
    },
  };
}
