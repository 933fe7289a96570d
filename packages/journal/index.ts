import { join } from 'node:path';
import type { MigrationSet } from '@nebula/db';

export {
  createJournal,
  type Journal,
  type JournalOptions,
  journalErrors,
  type RunStarter,
} from './journal.ts';
export type { PlannedStep } from './plan.ts';
export type { OnProgress } from './progress.ts';
export type { RunState, StepState, Turn, Undo } from './state.ts';
export {
  defineRun,
  type Effect,
  type Memory,
  type NamedStep,
  type Observation,
  type PlannedChange,
  type RunDefinition,
  type RunTarget,
  type Step,
  type StepContext,
  type UndoStep,
} from './step.ts';
export { type RunChange, startRun } from './start-run.ts';
export type { RunFilter } from './store.ts';
export type { RunDetails, RunProblem, RunSummary, StepSummary } from './summary.ts';

/** Tables of the journal. */
export const journalMigrations: MigrationSet = {
  id: 'journal',
  dir: join(import.meta.dirname, 'migrations'),
  after: ['events'],
};
