import type { Certificate } from '../contract.ts';

const dayMs = 86_400_000;

/** Milliseconds from now to the end of the axis: a little after the last certificate expires, and a day at least. */
export function spanAhead(rows: readonly Pick<Certificate, 'certificate'>[], now: number): number {
  const ends = rows.map(({ certificate }) => Date.parse(certificate?.notAfter ?? '') - now);
  return Math.max(dayMs, ...ends.filter(Number.isFinite)) * 1.02;
}

/** Where an instant stands on the axis, 0 to 1; what is past stands at its beginning. */
export function placeIn(instant: string, now: number, span: number): number {
  return Math.min(1, Math.max(0, (Date.parse(instant) - now) / span));
}
