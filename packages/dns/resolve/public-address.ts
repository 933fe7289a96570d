import { isIPv4, isIPv6 } from 'node:net';
import { DriverError } from '@nebula/errors';
import { definePurpose, type Outbound, placeOf } from '@nebula/outbound';
import { canonicalValue } from '../record.ts';

/** Who tells the address from which a call reached it. */
export interface AddressSource {
  /** Answers with an address, alone or in a short text. Its name must have addresses of one family only. */
  url: string;
  family: 4 | 6;
}

/** Asked unless others are configured. */
export const defaultAddressSources: readonly AddressSource[] = [
  { url: 'https://api.ipify.org/', family: 4 },
  { url: 'https://ipv4.icanhazip.com/', family: 4 },
  { url: 'https://v4.ident.me/', family: 4 },
  { url: 'https://api6.ipify.org/', family: 6 },
  { url: 'https://ipv6.icanhazip.com/', family: 6 },
  { url: 'https://v6.ident.me/', family: 6 },
];

/** What kind of address it is, for people who wonder why nobody reaches them. */
export type AddressKind = 'public' | 'carrier-grade-nat' | 'private' | 'this-machine' | 'unusable';

/** See {@link AddressKind}. Shared address space of carriers is RFC 6598. */
export function addressKind(address: string): AddressKind {
  const place = placeOf(address);
  if (place === 'public') return 'public';
  if (place === 'machine') return 'this-machine';
  if (place === 'never') return 'unusable';
  const [first, second] = address.split('.').map(Number);
  return first === 100 && second !== undefined && second >= 64 && second < 128
    ? 'carrier-grade-nat'
    : 'private';
}

/** What the sources of one family said. */
export interface PublicAddress {
  family: 4 | 6;
  /** `agreed` when at least two sources, or the only one, say the same; `not-public` when that is no public address. */
  state: 'agreed' | 'disagreed' | 'unreachable' | 'not-public';
  /** The address agreed on, canonical. */
  address: string | null;
  kind: AddressKind | null;
  answers: { source: string; address: string | null; problem: string | null }[];
}

/**
 * Finds the address under which the internet sees us by asking all sources of a family at once. One source alone is believed
 * only when it is the only one configured, so that no single one of several can lead us astray. Whoever has not answered when
 * the others cannot be outvoted any more is not waited for.
 */
export async function findPublicAddress(
  family: 4 | 6,
  parts: { outbound: Outbound; sources?: readonly AddressSource[]; signal?: AbortSignal | undefined },
): Promise<PublicAddress> {
  const sources = (parts.sources ?? defaultAddressSources).filter((source) => source.family === family);
  const needed = sources.length === 1 ? 1 : 2;
  const answers = await askAll(sources, needed, parts.outbound, parts.signal);
  const [best, second] = ranked(answers);
  if (best === undefined) return { family, state: 'unreachable', address: null, kind: null, answers };
  const isTied = second !== undefined && second[1] === best[1];
  if (best[1] < needed || isTied) return { family, state: 'disagreed', address: null, kind: null, answers };
  const kind = addressKind(best[0]);
  return { family, state: kind === 'public' ? 'agreed' : 'not-public', address: best[0], kind, answers };
}

/** Addresses by how many told them, most first. */
function ranked(answers: readonly Answer[]): [string, number][] {
  const votes = new Map<string, number>();
  for (const { address } of answers) if (address !== null) votes.set(address, (votes.get(address) ?? 0) + 1);
  return [...votes].sort(([, left], [, right]) => right - left);
}

type Answer = PublicAddress['answers'][number];

async function askAll(
  sources: readonly AddressSource[],
  needed: number,
  outbound: Outbound,
  signal: AbortSignal | undefined,
): Promise<Answer[]> {
  const decided = new AbortController();
  const asking = AbortSignal.any(signal === undefined ? [decided.signal] : [decided.signal, signal]);
  const told: Answer[] = [];
  const left = new Set(sources);
  return await Promise.all(
    sources.map(async (source) => {
      try {
        const answer = await askSource(source, outbound, asking);
        left.delete(source);
        told.push(answer);
        const [best, second] = ranked(told);
        if (best !== undefined && best[1] >= needed && best[1] > (second?.[1] ?? 0) + left.size)
          decided.abort();
        return answer;
      } catch (error) {
        if (!decided.signal.aborted || signal?.aborted === true) throw error;
        const host = hostOf(source);
        return { source: host, address: null, problem: `${host} was not waited for; the others agree.` };
      }
    }),
  );
}

function hostOf({ url }: AddressSource): string {
  return URL.parse(url)?.host ?? url;
}

const limits = { timeoutMs: 10_000, maxBytes: 16_384, redirects: 1 };

async function askSource(given: AddressSource, outbound: Outbound, signal: AbortSignal): Promise<Answer> {
  const { url, family } = given;
  const source = hostOf(given);
  // A source at home is given by its address.
  const place = placeOf((URL.parse(url)?.hostname ?? '').replace(/^\[|\]$/g, ''));
  const isOwn = place === 'machine' || place === 'home';
  const purpose = definePurpose({
    ...{ name: 'finding our public address', reach: isOwn ? 'machine' : 'public', allowsPlain: isOwn },
    ...limits,
  });
  try {
    const reply = await outbound.fetch(purpose, url, { signal });
    if (reply.status !== 200)
      return { source, address: null, problem: `${source} answered ${reply.status}.` };
    const address = onlyAddress(reply.body.toString('utf8'), family);
    const problem = address === null ? `${source} did not answer with one IPv${family} address.` : null;
    return { source, address, problem };
  } catch (error) {
    if (!(error instanceof DriverError) || signal.aborted) throw error;
    return { source, address: null, problem: error.message };
  }
}

/** The one address in a text, whatever stands around it; null when there is none or more than one. */
export function onlyAddress(text: string, family: 4 | 6): string | null {
  const words = text
    .replace(/<[^>]*>/g, ' ')
    .split(/[^0-9a-fA-F:.]+/)
    .map((word) => word.replace(/\.+$/, ''));
  const is = family === 4 ? isIPv4 : isIPv6;
  const found = new Set(
    words.filter((word) => is(word)).map((word) => canonicalValue(family === 4 ? 'A' : 'AAAA', word)),
  );
  const [first] = found;
  return found.size === 1 && first !== undefined ? first : null;
}
