import type { StepLook, Tone } from '@nebula/ui';
import {
  Ban,
  CircleCheck,
  CircleHelp,
  CircleX,
  Clock,
  LoaderCircle,
  type LucideIcon,
  OctagonPause,
  Undo2,
} from 'lucide-react';
import type { Run, RunState, RunStep } from '../contract.ts';

/** How a run's state looks and what it is called. */
export interface RunLook {
  tone: Tone;
  icon: LucideIcon;
  word: string;
}

const looks: Record<RunState, RunLook> = {
  queued: { tone: 'neutral', icon: Clock, word: 'Waiting' },
  running: { tone: 'busy', icon: LoaderCircle, word: 'Running' },
  cancelling: { tone: 'degraded', icon: OctagonPause, word: 'Cancelling' },
  undoing: { tone: 'degraded', icon: Undo2, word: 'Undoing' },
  succeeded: { tone: 'up', icon: CircleCheck, word: 'Done' },
  failed: { tone: 'down', icon: CircleX, word: 'Failed' },
  cancelled: { tone: 'paused', icon: Ban, word: 'Cancelled' },
  unknown: { tone: 'degraded', icon: CircleHelp, word: 'Look here' },
};

/** The look of a run's state. */
export function runLook(state: RunState): RunLook {
  return looks[state];
}

/** States with their words, for the filter. */
export const runStateChoices = Object.entries(looks).map(([state, { word }]) => ({ state, word }));

/** Whether the run can still be stopped. */
export function canCancel(run: Pick<Run, 'state' | 'isCancellable' | 'isCancelRequested'>): boolean {
  return run.isCancellable && !run.isCancelRequested && (run.state === 'queued' || run.state === 'running');
}

const stepLooks: Record<RunStep['state'], { look: StepLook; word: string }> = {
  pending: { look: 'waiting', word: 'Waiting' },
  intent: { look: 'running', word: 'Running' },
  done: { look: 'done', word: 'Done' },
  failed: { look: 'failed', word: 'Failed' },
  unknown: { look: 'unknown', word: 'Look here' },
  'undo-intent': { look: 'running', word: 'Undoing' },
  undone: { look: 'undone', word: 'Undone' },
  'undo-failed': { look: 'failed', word: 'Could not be undone' },
  'undo-unknown': { look: 'unknown', word: 'Look here' },
  skipped: { look: 'skipped', word: 'Not run' },
};

/** The look of a step's state. */
export function stepLook(state: RunStep['state']): { look: StepLook; word: string } {
  return stepLooks[state];
}

/** Milliseconds from `startedAt` to `finishedAt`, or to `now` while it lasts; null before the start. */
export function took(startedAt: string | null, finishedAt: string | null, now: number): number | null {
  if (startedAt === null) return null;
  return Math.max(0, (finishedAt === null ? now : Date.parse(finishedAt)) - Date.parse(startedAt));
}

/** How far a running run is, for the browser's title: `1/3`; empty when it does not run. */
export function runProgress({ state, steps }: Pick<Run, 'state' | 'steps'>): string {
  if (state !== 'running' || steps.length === 0) return '';
  return `${steps.filter((step) => step.state === 'done').length}/${steps.length}`;
}
