import {
  CirclePlay,
  CircleStop,
  CloudDownload,
  type LucideIcon,
  PackageMinus,
  Rocket,
  RotateCw,
} from 'lucide-react';
import type { Command } from '../../../web/feature.ts';
import type { Stack, StackVerb } from '../contract.ts';
import { menu } from './menu-copy.ts';

/** What is shown beside a verb. */
export const verbIcons: Record<StackVerb, LucideIcon> = {
  up: Rocket,
  start: CirclePlay,
  stop: CircleStop,
  restart: RotateCw,
  pull: CloudDownload,
  down: PackageMinus,
};

/** Verbs that make sense for a stack as it is, in the order of buttons. */
export function verbsFor({
  state,
  place,
  services,
  running,
}: Pick<Stack, 'state' | 'place' | 'services' | 'running'>): StackVerb[] {
  const isManaged = place === 'managed';
  const isThere = services > 0;
  const isUp = isThere && state !== 'stopped';
  return [
    ...(isManaged ? (['up'] as const) : []),
    ...(isThere && running < services ? (['start'] as const) : []),
    ...(isUp ? (['restart', 'stop'] as const) : []),
    ...(isManaged || isThere ? (['pull'] as const) : []),
    ...(isThere ? (['down'] as const) : []),
  ];
}

/** The same for the palette, where a verb says whose it is; the page of the stack asks and shows how it goes. */
export function paletteCommands(stack: Stack): Command[] {
  return verbsFor(stack).map((verb) => ({
    id: `stacks.${verb}.${stack.name}`,
    title: menu.verbs[verb].of(stack.name),
    keywords: menu.verbs[verb].command,
    icon: verbIcons[verb],
    section: menu.title,
    isDanger: verb === 'down',
    when: ({ permissions }) => permissions.includes('stacks:operate'),
    run: ({ goTo }) => goTo(`/stacks/${stack.name}?ask=${verb}`),
  }));
}
