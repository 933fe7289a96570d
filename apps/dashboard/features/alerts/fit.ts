/** A point in time (ms since 1970) and what was used then. */
export interface Used {
  at: number;
  used: number;
}

const hourMs = 3_600_000;
/** Less than this says nothing of a day to come. */
const leastSpanMs = 6 * hourMs;
const leastPoints = 12;
/** How well the points must lie on a line: a disk that goes up and down does not fill. */
const leastFit = 0.6;
/** Longer than this is never. */
const mostHours = 24 * 365;

/**
 * Hours until a disk of `size` is full when it goes on as it did, by a straight line through the points (least squares);
 * a year when it does not fill, null when there is too little to say.
 */
export function hoursUntilFull(points: readonly Used[], size: number): number | null {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined) return null;
  if (points.length < leastPoints || last.at - first.at < leastSpanMs) return null;
  const count = points.length;
  let [sumX, sumY, sumXX, sumXY, sumYY] = [0, 0, 0, 0, 0];
  for (const point of points) {
    const x = (point.at - first.at) / hourMs;
    const y = point.used - first.used;
    sumX += x;
    sumY += y;
    sumXX += x * x;
    sumXY += x * y;
    sumYY += y * y;
  }
  const covariance = count * sumXY - sumX * sumY;
  const spreadX = count * sumXX - sumX * sumX;
  const spreadY = count * sumYY - sumY * sumY;
  if (spreadX <= 0) return null;
  const perHour = covariance / spreadX;
  const fit = spreadY <= 0 ? 0 : (covariance * covariance) / (spreadX * spreadY);
  if (perHour <= 0 || fit < leastFit) return mostHours;
  return Math.min(mostHours, Math.max(0, (size - last.used) / perHour));
}
