/** Something that changed, drawn across a chart. */
export interface Mark {
  id: string;
  /** ms since 1970. */
  at: number;
  /** Its end where it lasted a while; the time between is tinted. */
  until: number | null;
  tone: 'good' | 'info' | 'warning' | 'critical';
  /** What is told when it is pointed at. */
  title: string;
}

/** How near a click must be to a mark, in pixels; a finger is thicker than a pointer. */
export const reach = { fine: 6, coarse: 22 } as const;

/** The mark that is meant by a click: the nearest within reach; of several at one place the gravest. */
export function markAt<T extends Mark>(
  marks: readonly T[],
  x: number,
  placeOf: (mark: T) => number,
  within: number,
): T | null {
  let best: { mark: T; distance: number } | null = null;
  for (const mark of marks) {
    const distance = Math.abs(placeOf(mark) - x);
    if (distance > within) continue;
    const isNearer = best === null || distance < best.distance - 1;
    const isGraver =
      best !== null && Math.abs(distance - best.distance) <= 1 && rank[mark.tone] > rank[best.mark.tone];
    if (isNearer || isGraver) best = { mark, distance };
  }
  return best?.mark ?? null;
}

const rank: Record<Mark['tone'], number> = { good: 0, info: 1, warning: 2, critical: 3 };
