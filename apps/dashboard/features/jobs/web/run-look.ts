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
import { copy } from './copy.ts';

/** How a run's state looks and what it is called. */
export interface RunLook {
  tone: Tone;
  icon: LucideIcon;
  word: string;
}

const looks: Record<RunState, RunLook> = {
  queued: { tone: 'neutral', icon: Clock, word: copy.states.queued },
  running: { tone: 'busy', icon: LoaderCircle, word: copy.states.running },
  cancelling: { tone: 'degraded', icon: OctagonPause, word: copy.states.cancelling },
  undoing: { tone: 'degraded', icon: Undo2, word: copy.states.undoing },
  succeeded: { tone: 'up', icon: CircleCheck, word: copy.states.succeeded },
  failed: { tone: 'down', icon: CircleX, word: copy.states.failed },
  cancelled: { tone: 'paused', icon: Ban, word: copy.states.cancelled },
  unknown: { tone: 'degraded', icon: CircleHelp, word: copy.states.unknown },
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
  pending: { look: 'waiting', word: copy.stepStates.pending },
  intent: { look: 'running', word: copy.stepStates.running },
  done: { look: 'done', word: copy.stepStates.done },
  failed: { look: 'failed', word: copy.stepStates.failed },
  unknown: { look: 'unknown', word: copy.stepStates.unknown },
  'undo-intent': { look: 'running', word: copy.stepStates.undoing },
  undone: { look: 'undone', word: copy.stepStates.undone },
  'undo-failed': { look: 'failed', word: copy.stepStates.undoFailed },
  'undo-unknown': { look: 'unknown', word: copy.stepStates.unknown },
  skipped: { look: 'skipped', word: copy.stepStates.skipped },
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
