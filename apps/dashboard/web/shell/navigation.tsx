import { classNames, useWideScreen } from '@nebula/ui';
import { Link } from '@tanstack/react-router';
import type { NavItem } from '../feature.ts';
import { Mark } from './mark.tsx';
import { usePlaces } from './places.tsx';

/** Places that fit in the bar of a phone. */
const barPlaces = 5;

/** The way to every feature: a column at the side, on a phone a bar at the bottom. */
export function Navigation() {
  const items = usePlaces();
  return useWideScreen() ? <SideNavigation items={items} /> : <BottomBar items={items.slice(0, barPlaces)} />;
}

function SideNavigation({ items }: { items: readonly NavItem[] }) {
  return (
    <nav
      aria-label="Main"
      className="glass glass-still sticky top-4 flex h-[calc(100dvh-2rem)] w-18 shrink-0 flex-col gap-6 rounded-xl p-3 lg:w-56"
    >
      <Link to="/" className="flex items-center gap-3 rounded-md px-2 py-2 font-semibold">
        <Mark />
        <span className="sr-only text-lg lg:not-sr-only">NebulaCommand</span>
      </Link>
      <ul className="flex flex-col gap-1">
        {items.map(({ title, icon: Icon, path }) => (
          <li key={path}>
            <Link
              to={path}
              title={title}
              activeOptions={{ exact: path === '/' }}
              className="flex min-h-11 items-center justify-center gap-3 rounded-md border border-transparent px-3 font-medium text-soft transition-colors hover:bg-hover hover:text-ink lg:justify-start"
              activeProps={{ className: 'bg-raised border-hairline! text-ink!' }}
            >
              <Icon aria-hidden size={20} strokeWidth={1.75} className="shrink-0" />
              <span className="sr-only lg:not-sr-only">{title}</span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function BottomBar({ items }: { items: readonly NavItem[] }) {
  return (
    <nav
      aria-label="Main"
      className="glass fixed inset-x-0 bottom-0 z-30 border-x-0! border-b-0! pb-[env(safe-area-inset-bottom)]"
    >
      <ul className="flex">
        {items.map(({ title, icon: Icon, path }) => (
          <li key={path} className="min-w-0 flex-1">
            <Link
              to={path}
              activeOptions={{ exact: path === '/' }}
              className="flex min-h-15 flex-col items-center justify-center gap-1 text-xs font-medium"
              activeProps={{ className: 'text-link' }}
              inactiveProps={{ className: 'text-soft' }}
            >
              {({ isActive }) => (
                <>
                  <span className={classNames('rounded-full px-4 py-0.5', isActive && 'bg-hover')}>
                    <Icon aria-hidden size={20} strokeWidth={1.75} />
                  </span>
                  {title}
                </>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
