// Runs before the first paint, alone: it imports and exports nothing, so that it stays one small file (see vite.config.ts).
const asksFor = (query: string) => matchMedia(`(${query})`);
const contrast = asksFor('prefers-contrast: more');
const bright = asksFor('prefers-color-scheme: light');

function chosenTheme(): string | null {
  try {
    return localStorage.getItem('nebula-theme');
  } catch {
    // Storage can be forbidden; the theme is then the one of a first visitor.
    return null;
  }
}

/** A choice holds; without one the theme is cosmic, unless the device asks for more contrast. */
function putTheme(): void {
  const chosen = chosenTheme();
  const followed = contrast.matches ? 'contrast' : bright.matches ? 'light' : 'cosmic';
  const first = contrast.matches ? 'contrast' : 'cosmic';
  const root = document.documentElement;
  root.dataset['theme'] = chosen === 'system' ? followed : (chosen ?? first);
  const color = getComputedStyle(root).getPropertyValue('--bg').trim();
  if (color !== '') document.querySelector('meta[name=theme-color]')?.setAttribute('content', color);
}

putTheme();
for (const query of [contrast, bright]) query.addEventListener('change', putTheme);
addEventListener('nebula-theme', putTheme);
// The colour of the browser's own bars is a token, which is there with the styles.
addEventListener('DOMContentLoaded', putTheme);
