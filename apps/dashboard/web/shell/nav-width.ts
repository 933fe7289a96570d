import { remembered } from '@nebula/ui';

/** Whether the side navigation shows words or, to leave more room, only icons; words where there is room for both. */
export const navWidth = remembered('nebula-navigation', ['wide', 'narrow']);

/** Narrows or widens the side navigation. */
export function toggleNavWidth(): void {
  navWidth.set(navWidth.get() === 'wide' ? 'narrow' : 'wide');
}
