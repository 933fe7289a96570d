import { createContext, useContext } from 'react';
import type { MatterWords } from '../feature.ts';

/** Words of all features for what needs attention, by `<feature>.<matter>`. */
export const Matters = createContext<ReadonlyMap<string, MatterWords[string]>>(new Map());

/** Says what needs attention in the page's language; null when no feature has words for it. */
export function useMatterWords(): (code: string, values: Record<string, string | number>) => string | null {
  const words = useContext(Matters);
  return (code, values) => words.get(code)?.(values) ?? null;
}
