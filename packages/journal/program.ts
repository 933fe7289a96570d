import { type RunDefinition, type Step, stepsFor } from './step.ts';
import type { RunRow, StepRow } from './store.ts';

/** A run's input and steps in this version of the program. */
export interface Program {
  input: unknown;
  steps: Step[];
}

/**
 * Finds what a stored run does in this version of the program; an error when the program does not know its kind, refuses
 * its input or has other steps for it now.
 */
export function programOf(
  definitions: ReadonlyMap<string, RunDefinition>,
  run: Pick<RunRow, 'kind' | 'input'>,
  rows: StepRow[],
): Program | Error {
  const definition = definitions.get(run.kind);
  if (definition === undefined) return new Error(`No definition of ${run.kind}`);
  try {
    const input = definition.parse(JSON.parse(run.input));
    const steps = stepsFor(definition, input);
    const isSame = (row: StepRow, index: number) =>
      steps[index]?.name === row.name && steps[index].effect === row.effect;
    if (steps.length === rows.length && rows.every(isSame)) return { input, steps };
    return new Error(`${run.kind} has other steps now`);
  } catch (cause) {
    return new Error(`The input of ${run.kind} is not valid any more`, { cause });
  }
}
