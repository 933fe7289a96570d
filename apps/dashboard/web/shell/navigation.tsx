import { classNames, useWideScreen } from '@nebula/ui';
import { Link } from '@tanstack/react-router';
import { PanelLeftClose, PanelLeftOpen } from 'lucide-react';
import type { Command, CommandTools } from '../feature.ts';
import { BottomBar } from './bottom-bar.tsx';
import { Mark } from './mark.tsx';
import { bySection, type PlacesOfSection } from './nav-sections.ts';
import { navWidth, toggleNavWidth } from './nav-width.ts';
import { usePlaces } from './places.tsx';
import { texts } from './texts.ts';

/** Props of {@link Navigation}: what the sheet of a phone offers besides places. */
export interface NavigationProps {
  commands: Command[];
  tools: CommandTools;
}

/** The way to every feature: a column at the side, on a phone a bar at the bottom. */
export function Navigation(props: NavigationProps) {
  const items = usePlaces();
  return useWideScreen() ? (
    <SideNavigation sections={bySection(items)} />
  ) : (
    <BottomBar items={items} {...props} />
  );
}

/** Under 1100 px there is room for icons only, whatever was chosen. */
function SideNavigation({ sections }: { sections: PlacesOfSection[] }) {
  const isNarrow = navWidth.use() === 'narrow';
  return (
    <nav
      aria-label={texts.mainNavigation}
      className={classNames(
        'glass glass-still sticky top-4 flex h-[calc(100dvh-2rem)] w-18 shrink-0 flex-col gap-4 rounded-xl p-3',
        !isNarrow && 'lg:w-56',
      )}
    >
      <Link to="/" translate="no" className="flex items-center gap-3 rounded-md px-2 py-2 font-semibold">
        <Mark />
        <span className={classNames('sr-only text-lg', !isNarrow && 'lg:not-sr-only')}>NebulaCommand</span>
      </Link>
      <div className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto">
        {sections.map(({ section, title, items }) => (
          <div key={section} role="group" aria-label={title}>
            <ul className="flex flex-col gap-1">
              {items.map(({ title: name, icon: Icon, path }) => (
                <li key={path}>
                  <Link
                    to={path}
                    title={name}
                    activeOptions={{ exact: path === '/' }}
                    className={classNames(
                      'flex min-h-10 items-center justify-center gap-3 rounded-md border border-transparent px-3 font-medium text-soft transition-colors hover:bg-hover hover:text-ink',
                      !isNarrow && 'lg:justify-start',
                    )}
                    activeProps={{ className: 'bg-raised border-hairline! text-ink!' }}
                  >
                    <Icon aria-hidden size={20} strokeWidth={1.75} className="shrink-0" />
                    <span className={classNames('sr-only truncate', !isNarrow && 'lg:not-sr-only')}>
                      {name}
                    </span>
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </div>
      <WidthButton isNarrow={isNarrow} />
    </nav>
  );
}

function WidthButton({ isNarrow }: { isNarrow: boolean }) {
  const Icon = isNarrow ? PanelLeftOpen : PanelLeftClose;
  const words = isNarrow ? texts.navigation.wide : texts.navigation.narrow;
  return (
    <button
      type="button"
      aria-label={words}
      title={words}
      onClick={toggleNavWidth}
      className={classNames(
        'hidden min-h-9 items-center gap-3 rounded-md px-3 text-muted transition-colors hover:bg-hover hover:text-ink lg:flex',
        isNarrow && 'justify-center',
      )}
    >
      <Icon aria-hidden size={18} strokeWidth={1.75} className="shrink-0" />
    </button>
  );
}
