import { remembered } from '@nebula/ui';

/** Themes that can be chosen; `system` follows what the device asks for. */
export const themes = ['cosmic', 'light', 'contrast', 'system'] as const;

/** A theme that can be chosen. */
export type Theme = (typeof themes)[number];

/**
 * The chosen theme. `start.ts`, which runs before the first paint, reads the same key and puts the theme on the page;
 * it hears of changes by the event.
 */
export const theme = remembered<Theme>('nebula-theme', themes);

theme.on(() => globalThis.dispatchEvent(new Event('nebula-theme')));
