import type { Clock } from '@nebula/clock';
import type { Log } from '@nebula/log';
import type { Undo } from './state.ts';
import { type Effect, type PlannedChange, type RunDefinition, type Step, stepsFor } from './step.ts';

/** A step as people read it before the run. */
export interface PlannedStep {
  name: string;
  title: string;
  effect: Effect;
  /** How it is taken back; `impossible` must be told before it is done. */
  undo: Undo;
  /** Null when the step cannot say beforehand. */
  changes: PlannedChange[] | null;
}

/** What each step would change; changes nothing. A step that needs results of earlier ones answers null. */
export async function planRun(
  definition: RunDefinition,
  input: unknown,
  { log, clock, signal }: { log: Log; clock: Clock; signal: AbortSignal },
): Promise<PlannedStep[]> {
  const proven = definition.parse(input);
  const planned: PlannedStep[] = [];
  for (const step of stepsFor(definition, proven)) {
    const changes = await step.plan?.({
      input: proven,
      runId: null,
      memory: {
        read: (name) => {
          throw new Error(`Step ${name} has no result before the run`);
        },
        find: () => undefined,
      },
      log,
      signal,
      attempt: 0,
      clock,
      idempotencyKey: `plan.${step.name}`,
      progress: () => undefined,
    });
    planned.push({
      name: step.name,
      title: step.title,
      effect: step.effect,
      undo: undoOf(step),
      changes: changes ?? null,
    });
  }
  return planned;
}

/** How a step is taken back. */
export function undoOf(step: Step): Undo {
  if (step.undo === undefined) return 'nothing';
  return step.undo === null ? 'impossible' : step.undo.effect;
}
