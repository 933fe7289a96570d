import { AppError } from '@nebula/errors';
import { defineRun, type RunDefinition } from '@nebula/journal';
import { z } from 'zod';
import type { CallBroker, UnitStatus } from '../../resources.ts';
import { UnitName } from './contract.ts';

/** What can be done to a unit. */
export type UnitVerb = 'start' | 'stop' | 'restart';

const Input = z.object({ unit: UnitName, hostId: z.string() });
type Input = z.infer<typeof Input>;

/** What each step leaves: how the unit was before, and how it was found afterwards. */
type Results = {
  look: { active: string; invocation: string };
  change: null;
  settle: { active: string; sub: string };
};

const titles: Record<UnitVerb, { run: string; step: string }> = {
  start: { run: 'Start unit', step: 'Start it' },
  stop: { run: 'Stop unit', step: 'Stop it' },
  restart: { run: 'Restart unit', step: 'Stop and start it' },
};
const pollMs = 500;
/** systemd answers a start that it skips (a condition of the unit) by doing nothing. */
const skippedMs = 15_000;

/** Kind of the run that does this. */
export function unitKind(verb: UnitVerb): string {
  return `system.unit-${verb}`;
}

/** Starts, stops or restarts a unit and waits until systemd says that it holds. */
export function unitRun(verb: UnitVerb, callBroker: CallBroker): RunDefinition {
  const status = (unit: string, signal: AbortSignal) => callBroker('unit-status', { unit }, signal);
  return defineRun<Input, Results>({
    kind: unitKind(verb),
    title: titles[verb].run,
    parse: (input) => Input.parse(input),
    target: ({ unit, hostId }) => ({ type: 'unit', id: unit, name: unit, hostId }),
    onConflict: 'refuse',
    cancellable: true,
    steps: () => [
      {
        name: 'look',
        title: 'Look at the unit',
        effect: 'idempotent',
        timeout: '30s',
        retry: { max: 5, backoff: '1s' },
        run: async ({ input, signal }) => {
          const { active, invocation } = await status(input.unit, signal);
          return { active, invocation };
        },
      },
      {
        name: 'change',
        title: titles[verb].step,
        effect: 'observable',
        timeout: '1m',
        retry: { max: 5, backoff: '1s' },
        undo: null,
        plan: async ({ input, signal }) => {
          const { active } = await status(input.unit, signal);
          return [
            {
              kind: verb,
              target: input.unit,
              before: active,
              after: verb === 'stop' ? 'inactive' : 'active',
            },
          ];
        },
        observe: async ({ input, memory, signal }) =>
          hasHappened(verb, memory.read('look'), await status(input.unit, signal))
            ? { done: null }
            : 'not-done',
        run: async ({ input, signal, progress }) => {
          progress(null, 'Waiting for systemd');
          await callBroker(`unit-${verb}`, { unit: input.unit }, signal);
          return null;
        },
      },
      {
        name: 'settle',
        title: verb === 'stop' ? 'Wait until it has stopped' : 'Wait until it runs',
        effect: 'idempotent',
        timeout: '5m',
        retry: { max: 5, backoff: '1s' },
        run: async ({ input, memory, signal, clock, progress }) => {
          const before = memory.read('look');
          const begunAt = clock.now().getTime();
          for (;;) {
            const now = await status(input.unit, signal);
            const isLate = clock.now().getTime() - begunAt > skippedMs;
            if (isSettled(verb, before, now, isLate)) return { active: now.active, sub: now.sub };
            progress(null, `systemd says: ${now.active} (${now.sub})`);
            await clock.sleep(pollMs, signal);
          }
        },
      },
    ],
  });
}

type Before = Results['look'];
type Now = Pick<UnitStatus, 'active' | 'invocation' | 'result' | 'sub'>;

/** Whether the change was made already, as far as systemd shows; each start has an invocation of its own. */
export function hasHappened(verb: UnitVerb, before: Before, now: Now): boolean {
  const isNew = now.invocation !== '' && now.invocation !== before.invocation;
  switch (verb) {
    case 'start':
      return isNew || isUp(now.active);
    case 'stop':
      return !isUp(now.active);
    case 'restart':
      return isNew;
    default:
      return verb satisfies never;
  }
}

/**
 * Whether the unit rests where it should. Throws UNIT_FAILED when it came up and failed, or when systemd still has not begun
 * although it `isLate`.
 */
export function isSettled(verb: UnitVerb, before: Before, now: Now, isLate: boolean): boolean {
  if (verb === 'stop') return now.active === 'inactive' || now.active === 'failed';
  const isNew = now.invocation !== '' && now.invocation !== before.invocation;
  const hasBegun = isNew || (verb === 'start' && isUp(before.active));
  if (!hasBegun) {
    if (isLate && !isUp(now.active)) {
      throw new AppError('UNIT_FAILED', `systemd did not start the unit; it is ${now.active} (${now.sub}).`);
    }
    return false;
  }
  if (now.active === 'failed') {
    throw new AppError(
      'UNIT_FAILED',
      `The unit was started and failed (${now.result}); its journal says why.`,
    );
  }
  // A unit that does its work once ends by itself, and well.
  return now.active === 'active' || (now.active === 'inactive' && now.result === 'success');
}

function isUp(active: string): boolean {
  return active === 'active' || active === 'activating' || active === 'reloading';
}
