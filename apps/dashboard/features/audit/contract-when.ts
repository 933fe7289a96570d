const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
/** RFC 3339, or only the day. */
const absolute = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

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
  const day = absolute.exec(text)?.[1];
  if (day === undefined) return null;
  const at = new Date(text);
  // The language takes 31 February for a day in March.
  const isDay = new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day) === true;
  return isDay && !Number.isNaN(at.getTime()) ? at : null;
}
