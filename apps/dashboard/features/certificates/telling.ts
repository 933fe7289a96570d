import { shareOf, shares } from '@nebula/acme';
import type { NewNotice } from '../notices/index.ts';
import { postNotice } from '../notices/index.ts';
import { certificateMatters } from './contract-matters.ts';
import type { CertificateParts } from './parts.ts';
import { type Known, stateOf } from './situation.ts';
import { setTold } from './store.ts';

/** What of a certificate a person must know. */
export type Matter = keyof typeof certificateMatters;

/** What is to be told of a certificate just now; null when nothing is. */
export function matterOf(known: Known, now: Date): { matter: Matter; percent: number } | null {
  const { certificate, keeper } = known;
  const percent = certificate === null ? 0 : Math.floor(shareIn(certificate, now) * 100);
  const state = stateOf(known, now);
  switch (state) {
    case 'missing':
      return { matter: 'missing', percent };
    case 'expired':
      return { matter: 'expired', percent };
    case 'critical':
    case 'late':
      return { matter: keeper === 'own' ? 'own' : state, percent };
    case 'due':
      return keeper === 'own' ? { matter: 'own', percent } : null;
    case 'fresh':
    case 'unknown':
      return null;
    default:
      return state satisfies never;
  }
}

const levels: Record<Matter, NewNotice['level']> = {
  late: 'warning',
  critical: 'danger',
  expired: 'danger',
  missing: 'danger',
  own: 'warning',
};

/** Tells each state of a certificate once; what was told before a restart is not told again. */
export async function tellState(known: Known, parts: Pick<CertificateParts, 'clock' | 'database'>): Promise<void> {
  const { domain, watch, certificate } = known;
  const now = parts.clock.now();
  const found = matterOf(known, now);
  // An own certificate is told of again when its end is near.
  const isNear = certificate !== null && shareIn(certificate, now) >= shares.critical;
  const key =
    found === null
      ? null
      : [found.matter, isNear ? 'near' : '', certificate?.fingerprint ?? '', watch?.missingSince?.toISOString() ?? '']
          .join(' ')
          .trim();
  if (key === (watch?.told ?? null)) return;
  await parts.database.transaction(async (sql) => {
    await setTold(sql, domain.id, key);
    if (found === null || key === null) return;
    const { matter, percent } = found;
    await postNotice(sql, {
      to: { permission: 'certificates:read' },
      kind: `certificates.${matter}`,
      level: levels[matter],
      subject: certificateMatters[matter]({ name: domain.name, percent }),
      detail: watch?.problem ?? '',
      href: `/certificates/${domain.id}`,
      dedupeKey: `certificate:${domain.id}:${key}`,
      at: now,
    });
  });
}

function shareIn({ notBefore, notAfter }: { notBefore: Date; notAfter: Date }, now: Date): number {
  return shareOf({ notBefore: notBefore.toISOString(), notAfter: notAfter.toISOString() }, now);
}
