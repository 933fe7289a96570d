import type { Tone } from '@nebula/ui';
import { CalendarClock, CircleX, Clock, LoaderCircle, type LucideIcon, RotateCcw } from 'lucide-react';
import type { Queue, QueuedState } from '../contract.ts';
import { copy } from './copy.ts';

/** How a queued job's state looks and what it is called. */
export interface QueuedLook {
  tone: Tone;
  icon: LucideIcon;
  word: string;
}

const looks: Record<QueuedState, QueuedLook> = {
  waiting: { tone: 'neutral', icon: Clock, word: copy.queue.states.waiting },
  planned: { tone: 'neutral', icon: CalendarClock, word: copy.queue.states.planned },
  running: { tone: 'busy', icon: LoaderCircle, word: copy.queue.states.running },
  retrying: { tone: 'degraded', icon: RotateCcw, word: copy.queue.states.retrying },
  dead: { tone: 'down', icon: CircleX, word: copy.queue.states.dead },
};

/** The look of a queued job's state. */
export function queuedLook(state: QueuedState): QueuedLook {
  return looks[state];
}

/** Takes a state from words that may be anything. */
export function readQueuedState(word: string | undefined): QueuedState | undefined {
  return queuedStates.find((state) => state === word);
}

/** Every state, those that want attention first. */
export const queuedStates: readonly QueuedState[] = ['dead', 'retrying', 'running', 'waiting', 'planned'];

/** How many jobs of all names are in each state. */
export function totals(queues: Queue[]): Record<QueuedState, number> {
  const sum = { waiting: 0, planned: 0, running: 0, retrying: 0, dead: 0 };
  for (const queue of queues) for (const state of queuedStates) sum[state] += queue[state];
  return sum;
}
