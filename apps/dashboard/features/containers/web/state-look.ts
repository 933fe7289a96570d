import type { Tone } from '@nebula/ui';
import {
  CircleCheck,
  CircleDashed,
  CircleDot,
  CirclePause,
  CircleStop,
  CircleX,
  HeartCrack,
  HeartPulse,
  LoaderCircle,
  type LucideIcon,
  Trash2,
} from 'lucide-react';
import type { Container, ContainerState } from '../contract.ts';

/** How a state looks and what it is called. */
export interface StateLook {
  tone: Tone;
  icon: LucideIcon;
  word: string;
}

const looks: Record<ContainerState, StateLook> = {
  created: { tone: 'neutral', icon: CircleDashed, word: 'Created' },
  running: { tone: 'up', icon: CircleCheck, word: 'Running' },
  paused: { tone: 'paused', icon: CirclePause, word: 'Paused' },
  restarting: { tone: 'busy', icon: LoaderCircle, word: 'Restarting' },
  removing: { tone: 'busy', icon: Trash2, word: 'Removing' },
  exited: { tone: 'paused', icon: CircleStop, word: 'Stopped' },
  dead: { tone: 'down', icon: CircleX, word: 'Dead' },
};

/** The look of a container: its state, unless it runs and its health says more. */
export function lookOf({ state, health }: Pick<Container, 'state' | 'health'>): StateLook {
  if (state !== 'running') return looks[state];
  switch (health) {
    case 'healthy':
      return { tone: 'up', icon: HeartPulse, word: 'Healthy' };
    case 'unhealthy':
      return { tone: 'down', icon: HeartCrack, word: 'Unhealthy' };
    case 'starting':
      return { tone: 'degraded', icon: CircleDot, word: 'Starting' };
    case 'none':
      return looks.running;
    default:
      return health satisfies never;
  }
}

/** The engine's words without the health in brackets, which the pill says already. */
export function plainStatus(status: string): string {
  return status.replace(/ \((healthy|unhealthy|health: starting)\)$/, '');
}

/** The states with their words, for the filter. */
export const stateChoices = Object.entries(looks).map(([state, { word }]) => ({ state, word }));
