import { isSkyPaused, type MenuItem, setSkyPaused } from '@nebula/ui';
import {
  Command as CommandIcon,
  Contrast,
  Keyboard,
  type LucideIcon,
  MonitorCog,
  MoonStar,
  PanelLeft,
  Sparkles,
  Sun,
  ToggleLeft,
} from 'lucide-react';
import { features } from '../features.ts';
import type { Command, CommandTools } from '../feature.ts';
import { placesFor } from './nav-sections.ts';
import { navWidth, toggleNavWidth } from './nav-width.ts';
import type { SessionState } from './session.tsx';
import { areShortcutsOff, setShortcutsOff } from './shortcuts.ts';
import { texts } from './texts.ts';
import { type Theme, theme, themes } from './theme.ts';

/** What the shell's own commands open. */
export interface Overlays {
  openPalette: () => void;
  openShortcuts: () => void;
}

const { sections } = texts;
const { keywords } = texts.palette;

/**
 * Every command that the person may use: those of what is shown, the way to each place, those of the features, the shell's
 * own.
 */
export function allowedCommands(
  session: SessionState,
  shown: readonly Command[],
  overlays: Overlays,
): Command[] {
  const places: Command[] = placesFor(session).map(({ title, icon, path, shortcut }) => ({
    id: `go.${path}`,
    title: texts.goTo(title),
    icon,
    section: sections.go,
    shortcut,
    run: ({ goTo }) => goTo(path),
  }));
  const own = features.flatMap((feature) => feature.commands);
  return [...shown, ...places, ...own, ...shellCommands(overlays)].filter(
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

const themeIcons: Record<Theme, LucideIcon> = {
  cosmic: Sparkles,
  light: Sun,
  contrast: Contrast,
  system: MonitorCog,
};

function shellCommands({ openPalette, openShortcuts }: Overlays): Command[] {
  return [
    {
      id: 'shell.palette',
      title: texts.searchOrDo,
      icon: CommandIcon,
      section: sections.help,
      keywords: keywords.palette,
      run: openPalette,
    },
    {
      id: 'shell.shortcuts',
      title: texts.shortcuts.command,
      icon: Keyboard,
      section: sections.help,
      shortcut: '?',
      keywords: keywords.shortcuts,
      run: openShortcuts,
    },
    {
      id: 'shell.shortcuts-page',
      title: texts.shortcuts.pageCommand,
      icon: Keyboard,
      section: sections.help,
      keywords: keywords.shortcuts,
      run: ({ goTo }) => goTo('/shortcuts'),
    },
    ...themes.map((name) => ({
      id: `shell.theme.${name}`,
      title: texts.theme.command(texts.theme.names[name]),
      icon: themeIcons[name],
      section: sections.display,
      keywords: keywords.theme,
      isOn: () => theme.get() === name,
      run: () => theme.set(name),
    })),
    {
      id: 'shell.pause-background',
      title: texts.pauseBackground,
      icon: MoonStar,
      section: sections.display,
      keywords: keywords.sky,
      isOn: isSkyPaused,
      run: () => setSkyPaused(!isSkyPaused()),
    },
    {
      id: 'shell.narrow-navigation',
      title: texts.navigation.command,
      icon: PanelLeft,
      section: sections.go,
      keywords: keywords.navigation,
      shortcut: '[',
      isOn: () => navWidth.get() === 'narrow',
      run: toggleNavWidth,
    },
    {
      id: 'shell.single-keys',
      title: texts.shortcuts.switch,
      icon: ToggleLeft,
      section: sections.display,
      keywords: keywords.singleKeys,
      isOn: () => !areShortcutsOff(),
      run: () => setShortcutsOff(!areShortcutsOff()),
    },
  ];
}
