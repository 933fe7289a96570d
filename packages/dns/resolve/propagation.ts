import { DriverError } from '@nebula/errors';
import { canonicalRrset, type Rrset, type RrsetKey } from '../record.ts';
import { nameServerText, type NameServer } from '../wire/exchange.ts';
import type { AskOptions, DnsAnswer, Resolver } from './resolver.ts';

/** What one name server shows of an rrset. */
export interface ServerView {
  /** `ns1.example.com`, or the address of a resolver. */
  server: string;
  role: 'authoritative' | 'resolver';
  /** `silent` when it did not answer, `failed` when it answered with an error. */
  state: 'as-wanted' | 'other' | 'absent' | 'silent' | 'failed';
  values: string[];
  /** Seconds for which it will go on with what it shows now; null where that is not known. */
  holdsFor: number | null;
}

/** How far an rrset has come. */
export interface Propagation {
  zone: string;
  views: ServerView[];
  isEverywhereAuthoritative: boolean;
  isEverywhere: boolean;
  /** Seconds after which the slowest resolver must ask again; 0 when nobody shows anything old. */
  worstWaitSeconds: number;
}

/**
 * Asks every authoritative server of the zone, then every configured resolver, what they show of an rrset. `wanted` with no
 * values asks whether it is gone. Throws a DriverError when the zone's name servers cannot be found.
 */
export async function propagationOf(
  resolver: Resolver,
  wanted: Pick<Rrset, 'name' | 'type' | 'values'>,
  options: AskOptions = {},
): Promise<Propagation> {
  const rrset = canonicalRrset({ ...wanted, ttl: 0 });
  const { zone, servers, lost } = await resolver.authoritative(rrset.name, options);
  const views = await Promise.all([
    ...servers.map(({ name, at }) => viewOf(resolver, name, at, 'authoritative', rrset, options)),
    ...resolver.servers.map((at) => viewOf(resolver, nameServerText(at), at, 'resolver', rrset, options)),
  ]);
  const missing: ServerView[] = lost.map((server) => ({
    ...{ server, role: 'authoritative', state: 'silent', values: [], holdsFor: null },
  }));
  const all = [...views, ...missing];
  const isDone = ({ state }: ServerView) => state === 'as-wanted';
  return {
    ...{ zone, views: all },
    isEverywhereAuthoritative: all.filter(({ role }) => role === 'authoritative').every(isDone),
    isEverywhere: all.every(isDone),
    worstWaitSeconds: Math.max(
      0,
      ...all.filter((view) => !isDone(view)).map(({ holdsFor }) => holdsFor ?? 0),
    ),
  };
}

async function viewOf(
  resolver: Resolver,
  server: string,
  at: NameServer,
  role: ServerView['role'],
  wanted: Rrset,
  options: AskOptions,
): Promise<ServerView> {
  try {
    const answer = await resolver.askAt(at, wanted.name, wanted.type, {
      ...options,
      isRecursive: role === 'resolver',
    });
    return { server, role, ...judged(answer, wanted) };
  } catch (error) {
    if (!(error instanceof DriverError)) throw error;
    return { server, role, state: 'silent', values: [], holdsFor: null };
  }
}

function judged(
  answer: DnsAnswer,
  wanted: RrsetKey & { values: string[] },
): Pick<ServerView, 'state' | 'values' | 'holdsFor'> {
  const { code, values, ttl, negativeTtl } = answer;
  if (code !== 'NOERROR' && code !== 'NXDOMAIN') return { state: 'failed', values, holdsFor: null };
  const isWanted =
    values.length === wanted.values.length && values.every((value) => wanted.values.includes(value));
  if (isWanted) return { state: 'as-wanted', values, holdsFor: ttl };
  if (values.length === 0) return { state: 'absent', values, holdsFor: negativeTtl };
  return { state: 'other', values, holdsFor: ttl };
}
