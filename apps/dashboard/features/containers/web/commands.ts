import {
  AppWindow,
  CirclePlay,
  CircleStop,
  type LucideIcon,
  Pause,
  Pencil,
  Play,
  RotateCw,
  ScrollText,
  SquareTerminal,
  Trash2,
  Zap,
} from 'lucide-react';
import type { Command } from '../../../web/feature.ts';
import type { ContainerState } from '../contract.ts';
import { ask, canAsk, type Target, type Verb } from './asked.ts';
import { menu } from './menu-copy.ts';

const icons: Record<Verb, LucideIcon> = {
  start: CirclePlay,
  stop: CircleStop,
  restart: RotateCw,
  pause: Pause,
  unpause: Play,
  kill: Zap,
  rename: Pencil,
  remove: Trash2,
};

/** The same for the palette, where a verb stands among those of every other thing and says whose it is. */
export function paletteCommands(target: Target): Command[] {
  return commandsOf(target).map(({ verb, command }) => ({
    ...command,
    title: menu.verbs[verb].of(target.name),
    keywords: menu.verbs[verb].command,
    section: menu.title,
  }));
}

/** In which states a verb makes sense. */
const states: Record<Verb, readonly ContainerState[]> = {
  start: ['created', 'exited', 'dead'],
  stop: ['running', 'paused', 'restarting'],
  restart: ['running', 'restarting'],
  pause: ['running'],
  unpause: ['paused'],
  kill: ['running', 'paused', 'restarting'],
  rename: ['created', 'running', 'paused', 'restarting', 'exited', 'dead'],
  remove: ['created', 'running', 'paused', 'restarting', 'exited', 'dead'],
};

/** The verbs in the order of menus. */
export const verbs: readonly Verb[] = [
  ...(['start', 'stop', 'restart', 'pause'] as const),
  ...(['unpause', 'kill', 'rename', 'remove'] as const),
];

/**
 * What can be done to a container as it is: the same objects feed its menu, its page and the palette. Where no page can ask
 * the person, its own is opened first.
 */
export function containerCommands(target: Target): Command[] {
  return commandsOf(target).map(({ command }) => command);
}

function commandsOf(target: Target): { verb: Verb; command: Command }[] {
  return verbs
    .filter((verb) => states[verb].includes(target.state))
    .map((verb) => ({
      verb,
      command: {
        id: `containers.${verb}.${target.id}`,
        title: menu.verbs[verb].command,
        help: menu.verbs[verb].help,
        icon: icons[verb],
        section: target.name,
        isDanger: verb === 'remove' || verb === 'kill',
        when: ({ permissions }) => permissions.includes('containers:operate'),
        run: ({ goTo }) => {
          if (!canAsk()) goTo(`/containers/${target.id}`);
          ask({ verb, target });
        },
      },
    }));
}

/** What can be looked at of a container: its lines, and a shell inside it. */
export function lookCommands({ id, name, state, app }: Target): Command[] {
  const opening: Command = {
    id: `containers.shell.${id}`,
    title: menu.shellIn(name),
    icon: SquareTerminal,
    section: name,
    keywords: 'terminal exec console',
    when: ({ permissions }) => permissions.includes('terminal:open'),
    run: ({ goTo }) => goTo(`/containers/${id}/shell`),
  };
  const logs: Command = {
    id: `containers.logs.${id}`,
    title: menu.logsOf(name),
    icon: ScrollText,
    section: name,
    when: ({ permissions }) => permissions.includes('logs:read'),
    run: ({ goTo }) => goTo(`/logs?container=${id}`),
  };
  const page: Command = {
    id: `containers.app.${id}`,
    title: menu.appOf(name),
    icon: AppWindow,
    section: name,
    keywords: 'history changes figures',
    run: ({ goTo }) => goTo(`/apps/${encodeURIComponent(app)}`),
  };
  return state === 'running' ? [page, logs, opening] : [page, logs];
}
