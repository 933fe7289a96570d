import type { ContainerDetail, Docker } from '@nebula/docker';
import { defineRun, type NamedStep, type RunDefinition, type Step } from '@nebula/journal';
import { z } from 'zod';
import { ContainerId } from './contract.ts';
import { find, type Settled, settle } from './settle.ts';
import { type Before, verbs } from './verbs.ts';

/** Verbs that have a run of their own made here; rename and remove have theirs elsewhere. */
export const actVerbs = ['start', 'stop', 'restart', 'pause', 'unpause', 'kill'] as const;
export type ActVerb = (typeof actVerbs)[number];

/** Kind of the run behind a verb. */
export const kindOf = (verb: ActVerb) => `containers.${verb}`;

const Input = z.object({
  id: ContainerId,
  name: z.string(),
  hostId: z.string(),
  graceSeconds: z.number().nullable(),
  signal: z.string(),
});
type Input = z.infer<typeof Input>;

/** What each step leaves: how it was found, and how it was found afterwards. */
type Results = {
  look: Before & { restartCount: number };
  act: null;
  settle: Settled;
};

/** Signals whose effect cannot be seen from outside: nobody knows whether one arrived. */
const isSeen = (signal: string) => signal === 'SIGKILL';

/** How a verb is taken back, where the container was in one of these states before. */
const inverse: Partial<Record<ActVerb, { verb: ActVerb; when: string[] }>> = {
  stop: { verb: 'start', when: ['running', 'restarting'] },
  pause: { verb: 'unpause', when: ['running', 'restarting'] },
  unpause: { verb: 'pause', when: ['paused'] },
};
const defaults = { graceSeconds: null, signal: 'SIGKILL' };

/**
 * The durable run behind each verb: remembers how the container was, does it, and after a start waits until it runs well. A
 * stop, pause or thaw that is cancelled is taken back; a restart is not, since connections were cut, and a start is not, since
 * what fails to become healthy is still what somebody wanted to run.
 */
export function actRuns(docker: Docker): RunDefinition[] {
  return actVerbs.map((verb) =>
    defineRun<Input, Results>({
      kind: kindOf(verb),
      title: verbs[verb].title,
      parse: (input) => Input.parse(input),
      target: ({ id, name, hostId }) => ({ type: 'container', id, name, hostId }),
      onConflict: 'refuse',
      cancellable: true,
      steps: (input) => [
        look(docker),
        act(docker, verb, input),
        ...(verb === 'start' || verb === 'restart' ? [wait(docker)] : []),
      ],
    }),
  );
}

function look(docker: Docker): Step<Input, Results> {
  return {
    name: 'look',
    title: 'Look at the container',
    effect: 'idempotent',
    timeout: '30s',
    retry: { max: 5, backoff: '1s' },
    run: async ({ input, signal }) => {
      const found = await find(docker, input.id, signal);
      return { state: found.state, startedAt: isoOf(found), restartCount: found.restartCount };
    },
  };
}

function act(docker: Docker, verb: ActVerb, { signal: name, graceSeconds }: Input): Step<Input, Results> {
  const { step, isReached, perform, isOnce } = verbs[verb];
  const back = inverse[verb];
  const isBlind = verb === 'kill' && !isSeen(name);
  const common: Omit<NamedStep<'act', null, Input, Results>, 'effect'> = {
    name: 'act',
    title: step,
    timeout: `${Math.ceil((graceSeconds ?? 600) / 60) + 2}m`,
    plan: async ({ input }) => [{ kind: verb, target: input.name, before: null, after: null }],
    run: async ({ input, memory, signal, progress }) => {
      const isDone =
        isOnce && !isBlind && isReached(await docker.inspect(input.id, signal), memory.read('look'));
      progress(null, isDone ? 'It is so already' : 'Waiting for the engine');
      if (!isDone) await perform(docker, input.id, input, signal);
      return null;
    },
    undo: null,
  };
  if (isBlind) return { ...common, effect: 'blind' };
  return {
    ...common,
    effect: 'observable',
    retry: { max: 5, backoff: '1s' },
    observe: async ({ input, memory, signal }) =>
      isReached(await docker.inspect(input.id, signal), memory.read('look')) ? { done: null } : 'not-done',
    undo:
      back === undefined
        ? null
        : {
            effect: 'idempotent',
            run: async ({ input, memory, signal }) => {
              if (!back.when.includes(memory.read('look').state)) return;
              const found = await find(docker, input.id, signal);
              if (verbs[back.verb].isReached(found, { state: '', startedAt: isoOf(found) })) return;
              await verbs[back.verb].perform(docker, input.id, defaults, signal);
            },
          },
  };
}

function wait(docker: Docker): Step<Input, Results> {
  return {
    name: 'settle',
    title: 'Wait until it runs well',
    effect: 'idempotent',
    timeout: '3m',
    retry: { max: 5, backoff: '1s' },
    run: ({ input, memory, signal, clock, progress }) =>
      settle(docker, input.id, { signal, clock, progress, before: memory.read('look') }),
  };
}

function isoOf({ startedAt }: ContainerDetail): string | null {
  return startedAt?.toISOString() ?? null;
}
