import type { Usage } from '../contract.ts';

/** Figures of one container, oldest first. */
export type UsageHistory = readonly Usage[];

/** Figures kept per container: ten minutes at one every 5 s. */
export const historyLength = 120;

/** Adds a figure; the oldest falls out, and one of the same instant is not taken twice. */
export function addUsage(history: UsageHistory, usage: Usage): UsageHistory {
  if (history.at(-1)?.at === usage.at) return history;
  return [...history, usage].slice(-historyLength);
}
