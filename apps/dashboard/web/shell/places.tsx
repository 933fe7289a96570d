import { createContext, useContext } from 'react';
import type { NavItem } from '../feature.ts';

/** The places of the navigation that the person may go to. */
export const Places = createContext<readonly NavItem[]>([]);

/** {@link Places} of the page. */
export function usePlaces(): readonly NavItem[] {
  return useContext(Places);
}
