import { DriverError } from '@nebula/errors';
import { gatherRrsets, type Rrset, type RrsetKey } from '../record.ts';
import type { Resolver } from './resolver.ts';
import type { NameServer } from '../wire/exchange.ts';

/**
 * An rrset as the first name server that answers shows it, for providers that tell nothing else. What an alias leads to is
 * not there itself. Throws a DriverError `unavailable` when none answers.
 */
export async function rrsetAt(
  resolver: Resolver,
  servers: readonly NameServer[],
  { name, type }: RrsetKey,
  signal: AbortSignal | undefined,
): Promise<Rrset | null> {
  let last: DriverError | null = null;
  for (const server of servers) {
    try {
      const { code, values, ttl, aliases } = await resolver.askAt(server, name, type, { signal });
      if (code !== 'NOERROR' && code !== 'NXDOMAIN') {
        last = new DriverError('unavailable', `${server.address} answered ${code}.`);
        continue;
      }
      if (aliases.length > 0) return null;
      return gatherRrsets(values.map((value) => ({ name, type, ttl: ttl ?? 0, value }))).rrsets[0] ?? null;
    } catch (error) {
      if (!(error instanceof DriverError)) throw error;
      last = error;
    }
  }
  throw last ?? new DriverError('unavailable', `No name server answers for ${name}.`);
}
