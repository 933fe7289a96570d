import { decide, instantAt, type Keeper, lifeState, shareOf, shares, type Situation } from '@nebula/acme';
import type { CertifiedDomain } from '../domains/index.ts';
import type { Certificate, CertificateState, SeenCertificate } from './contract.ts';
import type { CertificateSeenRow, WatchRow } from './store.ts';

/** What is known of one domain's certificate. */
export interface Known {
  domain: CertifiedDomain;
  keeper: Keeper;
  watch: WatchRow | null;
  certificate: CertificateSeenRow | null;
}

/** All that the decision about it depends on. */
export function situationOf({ keeper, watch, certificate }: Known, now: Date): Situation {
  const { windowStart = null, windowEnd = null } = watch ?? {};
  return {
    ...{ now, keeper },
    certificate:
      certificate === null ? null : { ...lifeOf(certificate), fingerprint: certificate.fingerprint },
    window: windowStart === null || windowEnd === null ? null : { start: windowStart, end: windowEnd },
    missingSince: watch?.missingSince ?? null,
    failures: watch?.failures ?? 0,
    lastFailureAt: watch?.lastFailureAt ?? null,
  };
}

/** How it does. */
export function stateOf({ watch, certificate }: Known, now: Date): CertificateState {
  if (watch?.missingSince !== undefined && watch.missingSince !== null) return 'missing';
  if (certificate === null) return 'unknown';
  return lifeState(shareOf(lifeOf(certificate), now));
}

/** A certificate as its page shows it. */
export function shownCertificate(known: Known, now: Date): Certificate {
  const { domain, keeper, watch, certificate } = known;
  const situation = situationOf(known, now);
  const life = certificate === null ? null : lifeOf(certificate);
  const { window } = situation;
  const decision = decide(situation);
  const next = decision.act === 'wait' ? decision.until : now;
  const dueAt = life === null ? null : instantAt(life, shares.due);
  const byFailures = (watch?.failures ?? 0) > 0;
  return {
    ...{ id: domain.id, name: domain.name, keeper, state: stateOf(known, now) },
    share: life === null ? 0 : Math.round(shareOf(life, now) * 10_000) / 10_000,
    certificate: certificate === null ? null : shownSeen(certificate),
    distrust: watch?.distrust ?? null,
    window: window && { start: window.start.toISOString(), end: window.end.toISOString() },
    renewsAt: text(keeper === 'own' ? null : keeper === 'proxy' ? dueAt : next),
    takesOverAt: keeper === 'proxy' ? text(next) : null,
    failures: watch?.failures ?? 0,
    problem: watch?.problem ?? null,
    nextTryAt: byFailures ? text(next) : null,
    seenAt: text(watch?.seenAt ?? null),
  };
}

/** One of the history. */
export function shownSeen(row: CertificateSeenRow): SeenCertificate {
  const { issuer, names, serial, fingerprint, chain, keeper } = row;
  return {
    ...{ issuer, names, serial, fingerprint, chain, keeper, ...lifeOf(row) },
    ...{ firstSeenAt: row.firstSeenAt.toISOString(), lastSeenAt: row.lastSeenAt.toISOString() },
  };
}

/** A stored life as packages/acme takes it. */
export function lifeOf({ notBefore, notAfter }: CertificateSeenRow) {
  return { notBefore: notBefore.toISOString(), notAfter: notAfter.toISOString() };
}

function text(at: Date | null): string | null {
  return at === null ? null : at.toISOString();
}
