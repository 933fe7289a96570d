/** Share of a certificate's life after which the reverse proxy renews it by itself. */
export const renewShare = 2 / 3;
/** Share after which it is late, and NebulaCommand does it instead. */
export const lateShare = 0.8;

/** When a certificate's life begins and ends, as ISO-8601 texts. */
export interface Life {
  notBefore: string;
  notAfter: string;
}

/** How much of a life is over, 0 to 1 and more: lives of 6, 47 and 90 days are judged alike. */
export function shareOf({ notBefore, notAfter }: Life, now: number): number {
  const from = Date.parse(notBefore);
  return Math.max(0, (now - from) / Math.max(1, Date.parse(notAfter) - from));
}

/** The instant at which a share of a life is over, as ISO-8601 text. */
export function instantAt({ notBefore, notAfter }: Life, share: number): string {
  const from = Date.parse(notBefore);
  return new Date(from + (Date.parse(notAfter) - from) * share).toISOString();
}

/** How worried one has to be. */
export type LifeState = 'young' | 'renewing' | 'late' | 'expired';

/** What a share means. */
export function lifeState(share: number): LifeState {
  if (share >= 1) return 'expired';
  if (share >= lateShare) return 'late';
  return share >= renewShare ? 'renewing' : 'young';
}
