import { z } from 'zod';

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const Absolute = z.union([z.iso.datetime({ offset: true }), z.iso.date()]);

/**
 * The instant that a text means: itself (`2026-01-31T08:00:00Z`, with an offset too, or the day `2026-01-31` from its beginning in
 * UTC), or how long before `now` (`90m`, `2h`, `7d`). Null when it means none.
 */
export function whenOf(text: string, now: Date): Date | null {
  const relative = /^([1-9]\d{0,4})([mhd])$/.exec(text);
  const unit = relative?.[2];
  if (unit === 'm' || unit === 'h' || unit === 'd') {
    return new Date(now.getTime() - Number(relative?.[1]) * unitMs[unit]);
  }
  return Absolute.safeParse(text).success ? new Date(text) : null;
}
