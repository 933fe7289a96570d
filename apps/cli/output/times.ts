const units: [seconds: number, name: string][] = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
  [1, 's'],
];

/** True for an instant as the API writes it. */
export function isInstant(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text);
}

/** An instant as people say it, such as `5 min ago` or `in 2 d`; the day itself when it is more than 60 days away. */
export function relativeTime(instant: string, now: Date): string {
  const seconds = Math.round((Date.parse(instant) - now.getTime()) / 1000);
  const distance = Math.abs(seconds);
  if (distance > 60 * 86_400) return instant.slice(0, 10);
  const [size = 1, name = 's'] = units.find(([unit]) => distance >= unit) ?? [];
  const count = Math.floor(distance / size);
  if (count === 0) return 'now';
  return seconds < 0 ? `${count} ${name} ago` : `in ${count} ${name}`;
}
