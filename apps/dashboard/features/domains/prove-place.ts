import type { Dns } from '@nebula/dns';
import type { DomainParts } from './parts.ts';
import type { DomainRow } from './store.ts';

type Named = Pick<DomainRow, 'name' | 'dns'>;
type Parts = Pick<DomainParts, 'naming'>;

/** Who writes the records of a name. */
interface Writer {
  dns: Dns;
  zone: string;
}

/** Where the texts that authorities find at a name are written; or what is missing, in a sentence. */
export type ProofPlace = (Writer & { name: string }) | { lack: string };

const mostAliases = 8;

/**
 * Follows the aliases at a name to where its records are, as authorities do (RFC 8555 section 8.4): `_acme-challenge` may lead
 * into another zone, which can be changed where the name's own cannot.
 *
 * @throws {DriverError} when a provider, or name servers, do not tell
 */
export async function placeOf(
  row: Named,
  asked: string,
  parts: Parts,
  signal: AbortSignal,
): Promise<ProofPlace> {
  const none = { lack: `Nobody here writes the records of ${row.name}.` };
  let name = asked;
  const own = await writerOf(row, parts);
  let writer = own;
  if (writer === null && row.dns.kind === 'provider') return none;
  for (let aliases = 0; aliases < mostAliases; aliases += 1) {
    const target = await aliasAt(name, writer, parts, signal);
    if (target === null && writer !== null) return { ...writer, name };
    if (target === null && aliases === 0) return none;
    if (target === null && own !== null && !own.dns.capabilities().lists) {
      // Seen at its name servers only: the alias of a wildcard, which texts at the name itself go before.
      return { ...own, name: asked };
    }
    if (target === null) {
      return {
        lack: `${asked} is an alias of ${name}, and no DNS provider here has the zone of that. Add the provider that has it, or take the alias away.`,
      };
    }
    name = target;
    writer = await holderOf(name, parts);
  }
  return { lack: `The alias at ${asked} leads on and on. Have it lead to where its records are.` };
}

/** Who writes the records of a domain; null when they are kept elsewhere, or when the provider was removed here. */
export async function writerOf({ dns: keeper }: Pick<Named, 'dns'>, parts: Parts): Promise<Writer | null> {
  return keeper.kind === 'elsewhere' ? null : await opened(keeper, parts);
}

/** Who writes the records of any name; null when no provider here does. */
async function holderOf(name: string, parts: Parts): Promise<Writer | null> {
  const held = await parts.naming.holding(name);
  return held === null ? null : await opened(held, parts);
}

async function opened(
  { providerId, zone }: { providerId: string; zone: string },
  { naming }: Parts,
): Promise<Writer | null> {
  const found = await naming.open(providerId);
  return found === null ? null : { dns: found.dns, zone };
}

/** What a name is an alias of, as whoever writes its records has it, or else as the world sees it; null when it is none. */
async function aliasAt(
  name: string,
  writer: Writer | null,
  { naming }: Parts,
  signal: AbortSignal,
): Promise<string | null> {
  if (writer === null) return (await naming.resolver().ask(name, 'CNAME', { signal })).values[0] ?? null;
  const { dns, zone } = writer;
  if (!dns.capabilities().types.includes('CNAME')) return null;
  return (await dns.find(zone, { name, type: 'CNAME' }, { signal })).rrset?.values[0] ?? null;
}
