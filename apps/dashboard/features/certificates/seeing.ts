import type { CertificateFacts, Keeper } from '@nebula/acme';
import type { Sql } from '@nebula/db';
import type { CertifiedDomain } from '../domains/index.ts';
import type { CertificateParts } from './parts.ts';
import type { Known } from './situation.ts';
import { type CertificateSeenRow, putSeen, putWatch, type WatchRow } from './store.ts';

/** The certificate for its name that a domain shows; null when it shows none. */
export type Seen = { facts: CertificateFacts; distrust: string | null } | null;

/** A certificate as its history keeps it. */
export function seenRow(
  domain: CertifiedDomain,
  facts: CertificateFacts,
  keeper: Keeper,
  now: Date,
): CertificateSeenRow {
  const { fingerprint, issuer, names, serial, chain } = facts;
  return {
    ...{ domainId: domain.id, name: domain.name, fingerprint, issuer, names, serial, chain, keeper },
    ...{ notBefore: new Date(facts.notBefore), notAfter: new Date(facts.notAfter) },
    ...{ firstSeenAt: now, lastSeenAt: now },
  };
}

/**
 * Since when visitors meet no certificate that they trust, after a look; null when they meet one. One that a person brought
 * may be meant for few, one of an authority that nobody here knows may be meant so, and of one that is over its dates say it.
 */
export function missingSince(
  before: Date | null,
  seen: Seen,
  { keeper, isTrustExpected, now }: { keeper: Keeper; isTrustExpected: boolean; now: Date },
): Date | null {
  if (seen === null) return before ?? now;
  const isOver = Date.parse(seen.facts.notAfter) <= now.getTime();
  const isMissed = seen.distrust !== null && isTrustExpected && keeper !== 'own' && !isOver;
  return isMissed ? (before ?? now) : null;
}

/** Keeps what was seen: the history, and since when visitors meet no certificate that they trust. */
export async function keepSeen(
  sql: Sql,
  known: Known,
  seen: Seen,
  { clock, domains }: Pick<CertificateParts, 'clock' | 'domains'>,
): Promise<Known> {
  const now = clock.now();
  const { domain, keeper } = known;
  const isTrustExpected = domains.isTrustExpected(domain.name);
  const since = missingSince(known.watch?.missingSince ?? null, seen, { keeper, isTrustExpected, now });
  const after = { missingSince: since, seenAt: now };
  if (seen === null) {
    const watch = await putWatch(sql, { ...lookOf(domain.id, known.watch), ...after });
    return { ...known, watch };
  }
  const { facts, distrust } = seen;
  const certificate = await putSeen(sql, seenRow(domain, facts, keeper, now));
  const isSame = known.watch?.fingerprint === facts.fingerprint;
  const watch = await putWatch(sql, {
    ...lookOf(domain.id, isSame ? known.watch : null),
    ...{ fingerprint: facts.fingerprint, distrust, ...after },
  });
  if (!isSame) await domains.noted(sql, domain, facts, null);
  return { ...known, watch, certificate };
}

/** What the last look found; of a certificate that was not there before nothing is known. */
function lookOf(domainId: string, watch: WatchRow | null) {
  const { fingerprint = null, distrust = null } = watch ?? {};
  const { windowStart = null, windowEnd = null, windowAskAt = null } = watch ?? {};
  return { domainId, fingerprint, distrust, windowStart, windowEnd, windowAskAt };
}
