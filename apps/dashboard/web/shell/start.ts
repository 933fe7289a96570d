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

/** Asks for the files of the page in the address while the browser is still at what comes first (see vite.config.ts). */
function askForPage(): void {
  const parts = document.getElementById('page-parts')?.textContent;
  if (parts === undefined) return;
  const pages: Record<string, string[]> = JSON.parse(parts);
  const isHere = (path: string) =>
    new RegExp(`^${path.replaceAll(/\$\w+/g, '[^/]+')}/?$`).test(location.pathname);
  // Of two that fit, `/containers/new` and `/containers/$id`, the one without a name is meant.
  const path = Object.keys(pages)
    .filter(isHere)
    .sort((one, other) => Number(one.includes('$')) - Number(other.includes('$')))[0];
  for (const file of pages[path ?? ''] ?? []) {
    const link = Object.assign(document.createElement('link'), { rel: 'modulepreload', href: `/${file}` });
    link.crossOrigin = '';
    document.head.append(link);
  }
}

askForPage();
