/** Hours in which nobody wants to be told, in a time zone; `from` after `to` goes over midnight. */
export interface QuietHours {
  isOn: boolean;
  /** `HH:MM`. */
  from: string;
  to: string;
  /** Name of the time zone data base, such as `Europe/Berlin`. */
  zone: string;
  /** Whether what is critical is told all the same. */
  letsCriticalThrough: boolean;
}

const minuteMs = 60_000;
const dayMinutes = 1440;

/**
 * When somebody may be told who may not be now; null when they may. Wall clocks that are set for summer are followed: the end
 * is looked for minute by minute, as a person would read it off the clock.
 */
export function quietUntil(hours: QuietHours, isCritical: boolean, now: Date): Date | null {
  if (!hours.isOn || hours.from === hours.to || (isCritical && hours.letsCriticalThrough)) return null;
  const clock = wallClock(hours.zone);
  const [from, to] = [minutesOf(hours.from), minutesOf(hours.to)];
  const isQuiet = (at: Date) => isWithin(clock(at), from, to);
  if (!isQuiet(now)) return null;
  const start = Math.floor(now.getTime() / minuteMs) * minuteMs;
  // A day and an hour: the longest night is one in which the clock is put back.
  for (let minutes = 1; minutes <= dayMinutes + 60; minutes += 1) {
    const at = new Date(start + minutes * minuteMs);
    if (!isQuiet(at)) return at;
  }
  return new Date(start + dayMinutes * minuteMs);
}

/** Whether a name is one of a time zone that is known here. */
export function isZone(zone: string): boolean {
  try {
    wallClock(zone);
    return true;
  } catch {
    return false;
  }
}

function isWithin(minute: number, from: number, to: number): boolean {
  return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}

function minutesOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  return hours * 60 + minutes;
}

/** Minutes since midnight as a clock on the wall shows them. */
function wallClock(zone: string): (at: Date) => number {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (at) => minutesOf(format.format(at));
}
