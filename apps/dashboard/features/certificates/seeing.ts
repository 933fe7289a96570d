import type { CertificateFacts, Keeper } from '@nebula/acme';
import type { Sql } from '@nebula/db';
import type { CertifiedDomain } from '../domains/index.ts';
import type { CertificateParts } from './parts.ts';
import { type CertificateSeenRow, putSeen, putWatch, watchOf, type WatchRow } from './store.ts';

/** What a domain shows, or why nothing could be seen. */
export type Seen =
  | { facts: CertificateFacts; distrust: string | null }
  | { facts: null; isMissing: boolean; why: string };

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

/** Keeps what was seen: the history, and since when visitors meet none. */
export async function keepSeen(
  sql: Sql,
  domain: CertifiedDomain,
  seen: Seen,
  keeper: Keeper,
  parts: Pick<CertificateParts, 'clock' | 'domains'>,
): Promise<void> {
  const now = parts.clock.now();
  const before = (await watchOf(sql, [domain.id])).get(domain.id);
  if (seen.facts === null) {
    const since = seen.isMissing ? (before?.watch.missingSince ?? now) : (before?.watch.missingSince ?? null);
    await putWatch(sql, {
      ...blank(domain.id, now),
      ...kept(before?.watch),
      missingSince: since,
      seenAt: now,
    });
    return;
  }
  const { facts, distrust } = seen;
  await putSeen(sql, seenRow(domain, facts, keeper, now));
  const isSame = before?.watch.fingerprint === facts.fingerprint;
  await putWatch(sql, {
    ...blank(domain.id, now),
    ...(isSame ? kept(before?.watch) : {}),
    ...{ fingerprint: facts.fingerprint, isTrusted: distrust === null, distrust, missingSince: null },
    seenAt: now,
  });
  if (!isSame) await parts.domains.noted(sql, domain, facts, null);
}

function blank(domainId: string, now: Date): Parameters<typeof putWatch>[1] {
  return {
    ...{ domainId, fingerprint: null, isTrusted: false, distrust: null, missingSince: null, seenAt: now },
    ...{ windowStart: null, windowEnd: null, windowAskAt: null },
  };
}

function kept(watch: WatchRow | undefined) {
  if (watch === undefined) return {};
  const { fingerprint, isTrusted, distrust, windowStart, windowEnd, windowAskAt } = watch;
  return { fingerprint, isTrusted, distrust, windowStart, windowEnd, windowAskAt };
}
