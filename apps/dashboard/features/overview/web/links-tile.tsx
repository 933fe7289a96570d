import { PageLink, usePlaces } from '../../../web/feature.ts';
import { TileFrame } from './tile.tsx';

/** The ways to the other pages, with their shortcuts. */
export function LinksTile() {
  const places = usePlaces().filter(({ path }) => path !== '/');
  return (
    <TileFrame id="links">
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(10rem,1fr))] gap-2 px-4 pb-6 md:px-6">
        {places.map(({ path, title, icon: Icon, shortcut }) => (
          <li key={path}>
            <PageLink
              to={path}
              className="flex min-h-11 items-center gap-3 rounded-md border border-hairline bg-raised px-3 font-medium hover:bg-hover hover:text-link"
            >
              <Icon aria-hidden size={18} className="shrink-0" />
              <span className="min-w-0 flex-1 truncate">{title}</span>
              <kbd className="hidden font-mono text-xs text-muted md:inline">{shortcut}</kbd>
            </PageLink>
          </li>
        ))}
      </ul>
    </TileFrame>
  );
}
