import { isSkyPaused, type MenuItem, setSkyPaused } from '@nebula/ui';
import { Command as CommandIcon, Keyboard, MoonStar, ToggleLeft } from 'lucide-react';
import { features } from '../features.ts';
import type { Command, CommandTools } from '../feature.ts';
import type { SessionState } from './session.tsx';
import { areShortcutsOff, setShortcutsOff } from './shortcuts.ts';

/** What the shell's own commands open. */
export interface Overlays {
  openPalette: () => void;
  openShortcuts: () => void;
}

/** Every command that the person may use: the way to each place, the shell's own, those of the features. */
export function allowedCommands(session: SessionState, overlays: Overlays): Command[] {
  const places: Command[] = features
    .flatMap(({ nav }) => nav ?? [])
    .map(({ title, icon, path, shortcut, needs }) => ({
      id: `go.${path}`,
      title: `Go to ${title}`,
      icon,
      section: 'Go to',
      shortcut,
      when: ({ permissions }) => needs === undefined || permissions.includes(needs),
      run: ({ goTo }) => goTo(path),
    }));
  const own = features.flatMap((feature) => feature.commands);
  return [...places, ...own, ...shellCommands(overlays)].filter(
    (command) => command.when === undefined || command.when(session),
  );
}

/** A command as an item of a menu. */
export function asMenuItem(command: Command, tools: CommandTools): MenuItem {
  return {
    id: command.id,
    title: command.title,
    icon: command.icon,
    help: command.help,
    isDanger: command.isDanger ?? false,
    isChecked: command.isOn?.(),
    run: () => command.run(tools),
  };
}

function shellCommands({ openPalette, openShortcuts }: Overlays): Command[] {
  return [
    {
      id: 'shell.palette',
      title: 'Search or do',
      icon: CommandIcon,
      section: 'Help',
      keywords: 'palette command find',
      run: openPalette,
    },
    {
      id: 'shell.shortcuts',
      title: 'Show keyboard shortcuts',
      icon: Keyboard,
      section: 'Help',
      shortcut: '?',
      keywords: 'keys help',
      run: openShortcuts,
    },
    {
      id: 'shell.pause-background',
      title: 'Pause background',
      icon: MoonStar,
      section: 'Display',
      keywords: 'sky stars motion animation still',
      isOn: isSkyPaused,
      run: () => setSkyPaused(!isSkyPaused()),
    },
    {
      id: 'shell.single-keys',
      title: 'Single-key shortcuts',
      icon: ToggleLeft,
      section: 'Display',
      keywords: 'keyboard off on',
      isOn: () => !areShortcutsOff(),
      run: () => setShortcutsOff(!areShortcutsOff()),
    },
  ];
}
