import { classNames } from '@nebula/ui';
import { Link } from '@tanstack/react-router';
import { Ellipsis, type LucideIcon } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import type { Command, CommandTools, NavItem } from '../feature.ts';
import { texts } from './texts.ts';

/** Places that fit in the bar of a phone beside "More". */
const barPlaces = 4;

const loadSheet = () => import('./more-sheet.tsx');
const MoreSheet = lazy(async () => ({ default: (await loadSheet()).MoreSheet }));

/** Props of {@link BottomBar}. */
export interface BottomBarProps {
  items: readonly NavItem[];
  commands: Command[];
  tools: CommandTools;
}

/** The navigation of a phone: four places, and a sheet with everything else. */
export function BottomBar({ items, commands, tools }: BottomBarProps) {
  const [isOpen, setOpen] = useState(false);
  const prepare = () => void loadSheet();
  return (
    <nav
      aria-label={texts.mainNavigation}
      className="glass fixed inset-x-0 bottom-0 z-30 border-x-0! border-b-0! pr-[env(safe-area-inset-right)] pb-[env(safe-area-inset-bottom)] pl-[env(safe-area-inset-left)]"
    >
      <ul className="flex">
        {items.slice(0, barPlaces).map(({ title, icon, path }) => (
          <li key={path} className="min-w-0 flex-1">
            <Link
              to={path}
              activeOptions={{ exact: path === '/' }}
              className={itemShape}
              activeProps={{ className: 'text-link' }}
              inactiveProps={{ className: 'text-soft' }}
            >
              {({ isActive }) => <Item icon={icon} title={title} isActive={isActive} />}
            </Link>
          </li>
        ))}
        <li className="min-w-0 flex-1">
          <button
            type="button"
            aria-haspopup="dialog"
            aria-expanded={isOpen}
            onPointerEnter={prepare}
            onFocus={prepare}
            onClick={() => setOpen(true)}
            className={classNames(itemShape, 'w-full text-soft')}
          >
            <Item icon={Ellipsis} title={texts.more} isActive={isOpen} />
          </button>
        </li>
      </ul>
      {isOpen && (
        <Suspense>
          <MoreSheet items={items} commands={commands} tools={tools} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </nav>
  );
}

const itemShape = 'flex min-h-15 flex-col items-center justify-center gap-1 text-xs font-medium';

function Item({ icon: Icon, title, isActive }: { icon: LucideIcon; title: string; isActive: boolean }) {
  return (
    <>
      <span className={classNames('rounded-full px-4 py-0.5', isActive && 'bg-hover')}>
        <Icon aria-hidden size={20} strokeWidth={1.75} />
      </span>
      <span className="max-w-full truncate px-1">{title}</span>
    </>
  );
}
