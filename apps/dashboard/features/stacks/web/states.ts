import { CircleAlert, CircleCheck, CircleDashed, CircleMinus, FileX, type LucideIcon } from 'lucide-react';
import type { Tone } from '@nebula/ui';
import type { StackState } from '../contract.ts';
import { copy } from './copy.ts';

/** Every state, in the order of a choice. */
export const StackStates = ['running', 'partly', 'stopped', 'not-created', 'file-missing'] as const;

const looks: Record<StackState, { tone: Tone; icon: LucideIcon }> = {
  running: { tone: 'up', icon: CircleCheck },
  partly: { tone: 'degraded', icon: CircleAlert },
  stopped: { tone: 'paused', icon: CircleMinus },
  'not-created': { tone: 'neutral', icon: CircleDashed },
  'file-missing': { tone: 'degraded', icon: FileX },
};

/** How a state is shown. */
export function stateLook(state: StackState): { tone: Tone; icon: LucideIcon; word: string } {
  return { ...looks[state], word: copy.states[state] };
}
