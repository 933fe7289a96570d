/** A certificate's life; instants as ISO-8601 texts. */
export interface Life {
  notBefore: string;
  notAfter: string;
}

/** How a certificate does, by the share of its life that is over: lives of 6, 47 and 90 days are judged alike. */
export type LifeState = 'fresh' | 'due' | 'late' | 'critical' | 'expired';

/** Shares of a life at which a state begins. */
export const shares = { due: 2 / 3, late: 0.8, critical: 0.9, expired: 1 } as const;

/** How much of a life is over, 0 to 1 and more. */
export function shareOf({ notBefore, notAfter }: Life, now: Date): number {
  const from = Date.parse(notBefore);
  return Math.max(0, (now.getTime() - from) / Math.max(1, Date.parse(notAfter) - from));
}

/** The instant at which a share of a life is over. */
export function instantAt({ notBefore, notAfter }: Life, share: number): Date {
  const from = Date.parse(notBefore);
  return new Date(from + (Date.parse(notAfter) - from) * share);
}

/** What a share means. */
export function lifeState(share: number): LifeState {
  if (share >= shares.expired) return 'expired';
  if (share >= shares.critical) return 'critical';
  if (share >= shares.late) return 'late';
  return share >= shares.due ? 'due' : 'fresh';
}

/** Who renews a certificate: the reverse proxy, NebulaCommand, or the person who brought it. */
export type Keeper = 'proxy' | 'nebula' | 'own';

/** All that a decision depends on. */
export interface Situation {
  now: Date;
  keeper: Keeper;
  /** The certificate that is served; null when none was ever seen. */
  certificate: (Life & { fingerprint: string }) | null;
  /** When the authority wants it to be renewed (RFC 9773); null where it does not say. */
  window: { start: Date; end: Date } | null;
  /** Since when visitors meet no trusted certificate; null when they do. */
  missingSince: Date | null;
  /** Tries that failed since the last success. */
  failures: number;
  lastFailureAt: Date | null;
}

/** What is to be done, and why; or until when nothing is. */
export type Decision =
  | { act: 'wait'; until: Date | null }
  | { act: 'take-over' | 'renew'; why: 'window' | 'due' | 'late' | 'missing' | 'expired' };

/** How long visitors may meet no certificate before it is fetched for them. */
export const missingPatienceMs = 10 * 60_000;

/**
 * Decides about one certificate. The proxy is left alone until it is late: 80 % of the life are over, the authority's window
 * has passed, or visitors meet none. What NebulaCommand keeps is renewed at two thirds, or in the authority's window.
 */
export function decide(situation: Situation): Decision {
  const { now, keeper, certificate, failures, lastFailureAt } = situation;
  // Nobody but its owner can renew what a person brought.
  if (keeper === 'own') return { act: 'wait', until: null };
  const wanted = wantedAt(situation);
  if (wanted === null) return { act: 'wait', until: null };
  const from = lastFailureAt?.getTime() ?? Number.NEGATIVE_INFINITY;
  const again = failures === 0 ? from : from + retryMs(failures, certificate, now);
  const at = Math.max(wanted.at.getTime(), again);
  if (at > now.getTime()) return { act: 'wait', until: new Date(at) };
  return { act: keeper === 'nebula' ? 'renew' : 'take-over', why: wanted.why };
}

type Why = Extract<Decision, { why: string }>['why'];

function wantedAt({
  now,
  keeper,
  certificate,
  window,
  missingSince,
}: Situation): { at: Date; why: Why } | null {
  const wishes: { at: Date; why: Why }[] = [];
  if (missingSince !== null) {
    wishes.push({ at: new Date(missingSince.getTime() + missingPatienceMs), why: 'missing' });
  }
  if (certificate !== null) {
    const isOver = Date.parse(certificate.notAfter) <= now.getTime();
    const late = {
      at: instantAt(certificate, shares.late),
      why: isOver ? ('expired' as const) : ('late' as const),
    };
    if (keeper === 'proxy') {
      wishes.push(late);
      if (window !== null) wishes.push({ at: window.end, why: 'window' });
    } else if (window === null) {
      wishes.push({ at: instantAt(certificate, shares.due), why: isOver ? 'expired' : 'due' });
    } else {
      // The window is followed, also a later one, but nothing is left until it is late.
      wishes.push({ at: withinWindow(window, certificate.fingerprint), why: 'window' }, late);
    }
  }
  return wishes.toSorted((one, other) => one.at.getTime() - other.at.getTime())[0] ?? null;
}

/** A point of the window that is the same for one certificate at each look, and spread over many (RFC 9773 section 4.2). */
export function withinWindow({ start, end }: { start: Date; end: Date }, fingerprint: string): Date {
  const part = Number.parseInt(fingerprint.slice(0, 8), 16) / 0xffff_ffff;
  const share = Number.isFinite(part) ? part : 0;
  return new Date(start.getTime() + Math.max(0, end.getTime() - start.getTime()) * share);
}

/** Authorities allow five failed proofs of a name in an hour (letsencrypt.org/docs/rate-limits): stay below that. */
const firstRetryMs = 15 * 60_000;
const longestRetryMs = 12 * 3_600_000;

/** Milliseconds until the next try: they double, and get shorter as the end of the life comes near. */
export function retryMs(failures: number, certificate: Life | null, now: Date): number {
  const left = certificate === null ? 0 : Math.max(0, Date.parse(certificate.notAfter) - now.getTime());
  const longest = Math.min(longestRetryMs, Math.max(firstRetryMs, left / 16));
  return Math.min(longest, firstRetryMs * 2 ** Math.min(failures - 1, 20));
}
