import { IconButton } from '@nebula/ui';
import { Search } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { features } from '../features.ts';
import type { Command, CommandTools } from '../feature.ts';
import { ConnectionBadge } from './connection-badge.tsx';
import { useTitleIsData } from './page-title.ts';
import { useSession } from './session.tsx';
import { texts } from './texts.ts';
import { UserMenu } from './user-menu.tsx';

const paletteKeys = /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘ K' : 'Ctrl K';

const parts = features.flatMap(({ id, topBar }) =>
  topBar === undefined
    ? []
    : [{ id, needs: topBar.needs, Part: lazy(async () => ({ default: await topBar.load() })) }],
);

/** Props of {@link TopBar}. */
export interface TopBarProps {
  title: string;
  commands: Command[];
  tools: CommandTools;
}

/** Title of the page, search, how current the page is, and the person's menu. */
export function TopBar({ title, commands, tools }: TopBarProps) {
  const { permissions } = useSession();
  const isData = useTitleIsData();
  const openPalette = () => commands.find(({ id }) => id === 'shell.palette')?.run(tools);
  return (
    <header className="glass sticky top-0 z-20 flex h-15 items-center gap-2 border-x-0! border-t-0! px-4 md:top-4 md:rounded-xl md:border-x! md:border-t! md:px-6">
      <h1 translate={isData ? 'no' : undefined} className="min-w-0 flex-1 truncate text-xl" title={title}>
        {title}
      </h1>
      <ConnectionBadge />
      <button
        type="button"
        onClick={openPalette}
        className="hidden min-h-9 items-center gap-3 rounded-md border border-edge bg-canvas px-3 text-sm text-muted transition-colors hover:border-accent md:flex"
      >
        <Search aria-hidden size={16} />
        {texts.searchOrDo}
        <kbd className="rounded-sm border border-hairline px-1 font-sans text-xs">{paletteKeys}</kbd>
      </button>
      <IconButton icon={Search} label={texts.searchOrDo} onClick={openPalette} className="md:hidden" />
      {parts
        .filter(({ needs }) => permissions.includes(needs))
        .map(({ id, Part }) => (
          <span key={id} className="size-11 md:size-9">
            <Suspense>
              <Part />
            </Suspense>
          </span>
        ))}
      <UserMenu commands={commands} tools={tools} />
    </header>
  );
}
