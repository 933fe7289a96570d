import type { Clock } from '@nebula/clock';
import type { Docker } from '@nebula/docker';
import { AppError, DriverError } from '@nebula/errors';
import { defineRun, type RunDefinition, type RunDetails, type Step } from '@nebula/journal';
import { z } from 'zod';
import { type BulkOutcome, BulkVerb, ContainerId } from './contract.ts';
import { type Before, verbs } from './verbs.ts';

/** Kind of the run behind a verb for several containers. */
export const bulkKind = 'containers.bulk';

export const BulkInput = z.object({
  hostId: z.string(),
  verb: BulkVerb,
  containers: z.array(z.object({ id: ContainerId, name: z.string() })).min(1),
});
export type BulkInput = z.infer<typeof BulkInput>;

const Outcome = z.object({ isDone: z.boolean(), message: z.string() });
type Outcome = z.infer<typeof Outcome>;
type Results = {
  look: Record<string, Before>;
  [one: `container-${number}`]: Outcome;
  count: null;
};

const options = { graceSeconds: null, signal: 'SIGKILL' };
/** An engine that restarts is back within this time, or somebody has to look. */
const engineAwayMs = 120_000;
const lookEveryMs = 500;
const namesTold = 10;

/**
 * Does the same to several containers, one step each. What one refuses is kept as its outcome and harms no other; while the
 * engine is away the step waits for it, and looks first whether its end is reached when it is back. The last step fails with
 * the names of those that failed; nothing is taken back for their sake.
 */
export function bulkRun(docker: Docker): RunDefinition {
  return defineRun<BulkInput, Results>({
    kind: bulkKind,
    title: 'Several containers',
    parse: (input) => BulkInput.parse(input),
    target: ({ hostId, containers }) => ({
      type: 'containers',
      // Runs about several follow one another, since they may be about the same ones.
      id: 'several',
      name: containers.length === 1 ? (containers[0]?.name ?? '') : `${containers.length} containers`,
      hostId,
    }),
    // So that nobody does something else to one of them meanwhile.
    also: ({ hostId, containers }) => containers.map(({ id }) => ({ type: 'container', id, hostId })),
    onConflict: 'wait',
    cancellable: true,
    steps: (input) => [
      {
        name: 'look',
        title: 'Look at the containers',
        effect: 'idempotent',
        timeout: '5m',
        retry: { max: 8, backoff: '1s' },
        run: async ({ signal }) => await lookAtAll(docker, input, signal),
      },
      ...input.containers.map((container, at) => oneStep(docker, input.verb, container, at)),
      {
        name: 'count',
        title: 'See that all went well',
        effect: 'idempotent',
        timeout: '1m',
        undo: null,
        run: async ({ memory }) => {
          refuseFailed(input, (at) => memory.find(`container-${at}`));
          return null;
        },
      },
    ],
  });
}

/** What was done to which container, as far as the run is. */
export function outcomesOf(run: Pick<RunDetails, 'input' | 'results' | 'steps'>): {
  verb: BulkVerb;
  outcomes: BulkOutcome[];
} {
  const { verb, containers } = BulkInput.parse(run.input);
  const states = new Map(run.steps.map(({ name, state }) => [name, state]));
  return {
    verb,
    outcomes: containers.map(({ id, name }, at) => {
      const state = states.get(`container-${at}`);
      const kept = Outcome.safeParse(run.results[`container-${at}`]);
      if (kept.success)
        return { id, name, outcome: kept.data.isDone ? 'done' : 'failed', message: kept.data.message };
      if (state === 'intent' || state === 'unknown') return { id, name, outcome: 'unknown', message: '' };
      if (state === 'skipped') return { id, name, outcome: 'skipped', message: '' };
      return { id, name, outcome: state === 'failed' ? 'failed' : 'waiting', message: '' };
    }),
  };
}

async function lookAtAll(
  docker: Docker,
  { containers }: BulkInput,
  signal: AbortSignal,
): Promise<Record<string, Before>> {
  const found: Record<string, Before> = {};
  for (const { id } of containers) {
    const detail = await docker.inspect(id, signal);
    if (detail !== null)
      found[id] = { state: detail.state, startedAt: detail.startedAt?.toISOString() ?? null };
  }
  return found;
}

function oneStep(
  docker: Docker,
  verb: BulkVerb,
  { id, name }: { id: string; name: string },
  at: number,
): Step<BulkInput, Results> {
  const { title, isReached, perform, isOnce } = verbs[verb];
  const done = { isDone: true, message: '' };

  async function attempt(before: Before, isRepeated: boolean, signal: AbortSignal): Promise<Outcome> {
    const found = await docker.inspect(id, signal);
    // After the engine was away, whether it happened is seen, not done again.
    if ((isOnce || isRepeated) && isReached(found, before)) return done;
    if (found === null) return { isDone: false, message: 'There is no such container any more.' };
    if (verb === 'remove' && found.name !== name)
      return { isDone: false, message: `It is now called ${found.name}, so it was left alone.` };
    await perform(docker, id, options, signal);
    return done;
  }

  return {
    name: `container-${at}`,
    title: `${title}: ${name}`,
    effect: 'observable',
    timeout: '15m',
    retry: { max: 8, backoff: '1s' },
    undo: null,
    plan: async () => [{ kind: verb, target: name, before: null, after: null }],
    observe: async ({ memory, signal }) => {
      const before = memory.read('look')[id];
      return before !== undefined && isReached(await docker.inspect(id, signal), before)
        ? { done }
        : 'not-done';
    },
    run: async ({ memory, signal, clock, progress }) => {
      const before = memory.read('look')[id];
      if (before === undefined) return { isDone: false, message: 'There is no such container any more.' };
      let isRepeated = false;
      for (;;) {
        try {
          return await attempt(before, isRepeated, signal);
        } catch (error) {
          if (signal.aborted || !(error instanceof DriverError)) throw error;
          if (error.kind !== 'unavailable') return { isDone: false, message: error.message };
          progress(null, 'The engine is away; waiting for it');
          await untilBack(docker, clock, signal, error);
          isRepeated = true;
        }
      }
    },
  };
}

/** Throws `cause` when the engine stays away too long; the journal then tries again later. */
async function untilBack(
  docker: Docker,
  clock: Clock,
  signal: AbortSignal,
  cause: DriverError,
): Promise<void> {
  for (let waitedMs = 0; waitedMs < engineAwayMs; waitedMs += lookEveryMs) {
    await clock.sleep(lookEveryMs, signal);
    try {
      await docker.version(signal);
      return;
    } catch (error) {
      if (!(error instanceof DriverError) || error.kind !== 'unavailable') throw error;
    }
  }
  throw cause;
}

function refuseFailed({ containers }: BulkInput, outcomeOf: (at: number) => Outcome | undefined): void {
  const failed = containers.flatMap(({ name }, at) => {
    const outcome = outcomeOf(at);
    return outcome?.isDone === true ? [] : [`${name} (${outcome?.message ?? 'not known'})`];
  });
  if (failed.length === 0) return;
  const told = failed.slice(0, namesTold).join('; ');
  const more = failed.length > namesTold ? `; and ${failed.length - namesTold} more` : '';
  throw new AppError(
    'SOME_FAILED',
    `${failed.length} of ${containers.length} failed, the others are done: ${told}${more}.`,
  );
}
