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
  MemoryStick,
  Trash2,
} from 'lucide-react';
import type { Container, ContainerState } from '../contract.ts';
import { copy } from './copy.ts';
import { hasFailed } from './groups.ts';

/** How a state looks and what it is called. */
export interface StateLook {
  tone: Tone;
  icon: LucideIcon;
  word: string;
}

const looks: Record<ContainerState, StateLook> = {
  created: { tone: 'neutral', icon: CircleDashed, word: copy.states.created },
  running: { tone: 'up', icon: CircleCheck, word: copy.states.running },
  paused: { tone: 'paused', icon: CirclePause, word: copy.states.paused },
  restarting: { tone: 'busy', icon: LoaderCircle, word: copy.states.restarting },
  removing: { tone: 'busy', icon: Trash2, word: copy.states.removing },
  exited: { tone: 'paused', icon: CircleStop, word: copy.states.exited },
  dead: { tone: 'down', icon: CircleX, word: copy.states.dead },
};

/** The look of a container: its state, unless its health or its end says more. */
export function lookOf({
  state,
  health,
  exitCode,
  isOutOfMemory,
}: Pick<Container, 'state' | 'health' | 'exitCode' | 'isOutOfMemory'>): StateLook {
  if (state === 'exited' && isOutOfMemory)
    return { tone: 'down', icon: MemoryStick, word: copy.states.outOfMemory };
  if (state === 'exited' && hasFailed(exitCode))
    return { tone: 'down', icon: CircleX, word: copy.states.failed };
  if (state !== 'running') return looks[state];
  switch (health) {
    case 'healthy':
      return { tone: 'up', icon: HeartPulse, word: copy.healths.healthy };
    case 'unhealthy':
      return { tone: 'down', icon: HeartCrack, word: copy.healths.unhealthy };
    case 'starting':
      return { tone: 'degraded', icon: CircleDot, word: copy.healths.starting };
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

const shownStates = ['running', 'exited', 'restarting', 'paused', 'created', 'removing', 'dead'] as const;

/** The states with their words, for the filter. */
export const stateChoices = shownStates.map((state) => ({ state, word: looks[state].word }));
