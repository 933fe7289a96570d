const day = 86_400;

/** What stands below a chart at an instant (seconds since 1970), in the reader's time: as fine as the steps are. */
export function timeTick(at: number, stepSeconds: number): string {
  const instant = at * 1000;
  if (stepSeconds >= 28 * day) return months.format(instant);
  if (stepSeconds >= day) return days.format(instant);
  return stepSeconds < 60 ? seconds.format(instant) : minutes.format(instant);
}

const clock = { hour: '2-digit', minute: '2-digit' } as const;
const months = new Intl.DateTimeFormat('en-GB', { month: 'short', year: 'numeric' });
const days = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const minutes = new Intl.DateTimeFormat('en-GB', clock);
const seconds = new Intl.DateTimeFormat('en-GB', { ...clock, second: '2-digit' });
