/** Shares of a life at which a state begins, as packages/acme has them. */
export const marks = { due: 2 / 3, late: 0.8, critical: 0.9 } as const;

/** How a certificate does by the share of its life that is over. */
export type LifeState = 'fresh' | 'due' | 'late' | 'critical' | 'expired';

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

/** What a share means. */
export function lifeState(share: number): LifeState {
  if (share >= 1) return 'expired';
  if (share >= marks.critical) return 'critical';
  if (share >= marks.late) return 'late';
  return share >= marks.due ? 'due' : 'fresh';
}
