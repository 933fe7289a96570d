import { Menu, useSkyPaused } from '@nebula/ui';
import { CircleUser } from 'lucide-react';
import type { Command, CommandTools } from '../feature.ts';
import { asMenuItem } from './commands.ts';
import { useSession } from './session.tsx';
import { useShortcutsOff } from './shortcuts.ts';
import { texts } from './texts.ts';
import { theme } from './theme.ts';

/** Props of {@link UserMenu}. */
export interface UserMenuProps {
  commands: Command[];
  tools: CommandTools;
}

/** The person's own menu: who they are, how the page behaves for them, their keys, the way out. */
export function UserMenu({ commands, tools }: UserMenuProps) {
  const { user } = useSession();
  // The switches of the menu show these; subscribing draws them anew.
  useSkyPaused();
  useShortcutsOff();
  theme.use();
  const groups = [texts.sections.display, texts.sections.you].map((section) =>
    commands.filter((command) => command.section === section).map((command) => asMenuItem(command, tools)),
  );
  return (
    <Menu
      label={texts.yourMenu}
      icon={CircleUser}
      head={
        <div className="mb-2 border-b border-hairline px-3 pt-1 pb-3">
          <p translate="no" className="truncate font-semibold">
            {user?.name}
          </p>
          <p translate="no" className="truncate text-sm text-muted">
            {user?.email}
          </p>
          <p className="mt-1 text-sm text-soft">{user !== null && texts.role(texts.roles[user.role])}</p>
        </div>
      }
      groups={groups}
    />
  );
}
