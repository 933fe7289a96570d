import type { HealthCheck, HealthState } from '../contract.ts';

const dayMs = 86_400_000;
const order = ['failed', 'warning', 'unknown', 'ok'] as const;

/** The worst that was seen in each part of the 24 hours up to `now`, oldest first; null where nothing was looked at. */
export function healthSlots(
  checks: readonly Pick<HealthCheck, 'at' | 'state'>[],
  now: number,
  count: number,
): (HealthState | null)[] {
  const seen = Array.from({ length: count }, () => new Set<HealthState>());
  for (const { at, state } of checks) {
    const age = now - Date.parse(at);
    if (age >= dayMs) continue;
    // A check that came just now may be ahead of a clock that is a little behind.
    const slot = Math.min(count - 1, Math.floor(((dayMs - age) / dayMs) * count));
    seen[slot]?.add(state);
  }
  return seen.map((states) => order.find((state) => states.has(state)) ?? null);
}
