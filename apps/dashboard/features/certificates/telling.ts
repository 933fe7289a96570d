import { shareOf, shares } from '@nebula/acme';
import { postNotice } from '../notices/index.ts';
import { certificateMatters } from './contract-matters.ts';
import type { CertificateParts } from './parts.ts';
import { type Known, lifeOf, stateOf } from './situation.ts';
import { setTold } from './store.ts';

/** What of a certificate a person must know. */
export type Matter = Exclude<keyof typeof certificateMatters, 'alone'>;

/** What is to be told of a certificate just now; null when nothing is. */
export function matterOf(known: Known, now: Date): { matter: Matter; percent: number } | null {
  const { certificate, keeper } = known;
  const percent = certificate === null ? 0 : Math.floor(shareOf(lifeOf(certificate), now) * 100);
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

/**
 * Tells once that a certificate which a person brought is due, and once more when its end is near; what was told before a restart
 * is not told again. Of all others alerts tell: they are at fault only when nobody renews them.
 */
export async function tellOwn(
  known: Known,
  parts: Pick<CertificateParts, 'clock' | 'database'>,
): Promise<void> {
  const { domain, watch, certificate } = known;
  const now = parts.clock.now();
  const found = matterOf(known, now);
  const isTold = found?.matter === 'own' && certificate !== null;
  const isNear = isTold && shareOf(lifeOf(certificate), now) >= shares.critical;
  const key = isTold ? `${isNear ? 'near' : 'due'} ${certificate.fingerprint}` : null;
  if (key === (watch?.told ?? null)) return;
  await parts.database.transaction(async (sql) => {
    await setTold(sql, domain.id, key);
    if (key === null || found === null) return;
    await postNotice(sql, {
      to: { permission: 'certificates:read' },
      kind: 'certificates.own',
      level: isNear ? 'danger' : 'warning',
      subject: certificateMatters.own({ name: domain.name, percent: found.percent }),
      href: `/certificates/${domain.id}`,
      dedupeKey: `certificate:${domain.id}:${key}`,
      at: now,
    });
  });
}
