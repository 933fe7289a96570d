import type { Docker } from '@nebula/docker';
import { AppError } from '@nebula/errors';
import { defineRun, type RunDefinition } from '@nebula/journal';
import { z } from 'zod';
import { networksOf } from './listing.ts';

/** Kinds of the runs about networks. */
export const kinds = {
  create: 'networks.create',
  remove: 'networks.remove',
  connect: 'networks.connect',
  disconnect: 'networks.disconnect',
} as const;

const retry = { max: 5, backoff: '1s' } as const;
const CreateInput = z.object({
  hostId: z.string(),
  name: z.string(),
  isInternal: z.boolean(),
  subnet: z.string().nullable(),
  gateway: z.string().nullable(),
});
type CreateInput = z.infer<typeof CreateInput>;
const RemoveInput = z.object({ hostId: z.string(), id: z.string(), name: z.string() });
type RemoveInput = z.infer<typeof RemoveInput>;
const MemberInput = RemoveInput.extend({ container: z.object({ id: z.string(), name: z.string() }) });
type MemberInput = z.infer<typeof MemberInput>;

/** Names the network that a run made, so that an answer that was lost is found again. */
const runLabel = 'nebula.made-by';

/** Runs that make and remove networks, and join containers to them. */
export function networkRuns({ docker }: { docker: Docker }): RunDefinition[] {
  return [createRun(docker), removeRun(docker), memberRun(docker, true), memberRun(docker, false)];
}

function createRun(docker: Docker): RunDefinition {
  const madeBy = async (key: string, signal: AbortSignal) =>
    (await docker.networks(signal)).find(({ labels }) => labels[runLabel] === key);
  return defineRun<CreateInput, { create: { id: string } }>({
    kind: kinds.create,
    title: 'Make network',
    parse: (input) => CreateInput.parse(input),
    target: ({ name, hostId }) => ({ type: 'network-name', id: name, name, hostId }),
    onConflict: 'refuse',
    cancellable: true,
    steps: () => [
      {
        name: 'create',
        title: 'Make the network',
        effect: 'observable',
        timeout: '2m',
        retry,
        plan: async ({ input }) => [
          { kind: 'create', target: input.name, before: null, after: input.subnet },
        ],
        async observe({ idempotencyKey, signal }) {
          const made = await madeBy(idempotencyKey, signal);
          return made === undefined ? 'not-done' : { done: { id: made.id } };
        },
        async run({ input: { hostId: _host, ...network }, idempotencyKey, signal }) {
          return {
            id: await docker.createNetwork({ ...network, labels: { [runLabel]: idempotencyKey } }, signal),
          };
        },
        undo: {
          effect: 'idempotent',
          async run({ memory, signal }) {
            const id = memory.find('create')?.id;
            const isThere = (await docker.networks(signal)).some((network) => network.id === id);
            if (id !== undefined && isThere) await docker.removeNetwork(id, signal);
          },
        },
      },
    ],
  });
}

function removeRun(docker: Docker): RunDefinition {
  const find = async ({ id, hostId }: RemoveInput, signal: AbortSignal) =>
    networksOf(await docker.networks(signal), await docker.holdings(signal), hostId).find(
      (one) => one.id === id,
    );
  return defineRun<RemoveInput, { remove: null }>({
    kind: kinds.remove,
    title: 'Remove network',
    parse: (input) => RemoveInput.parse(input),
    target: ({ id, name, hostId }) => ({ type: 'network', id, name, hostId }),
    onConflict: 'refuse',
    cancellable: true,
    steps: () => [
      {
        name: 'remove',
        title: 'Remove the network',
        effect: 'observable',
        timeout: '2m',
        retry,
        undo: null,
        plan: async ({ input }) => [{ kind: 'remove', target: input.name, before: null, after: null }],
        observe: async ({ input, signal }) =>
          (await find(input, signal)) === undefined ? { done: null } : 'not-done',
        async run({ input, signal }) {
          const found = await find(input, signal);
          if (found === undefined) return null;
          // The engine itself asks only about containers that run; the others could not start any more.
          const [member] = found.members;
          if (member !== undefined)
            throw new AppError('IN_USE', `${member.name} is on ${input.name}, so it was left alone.`);
          await docker.removeNetwork(input.id, signal);
          return null;
        },
      },
    ],
  });
}

/** Joins a container to a network, or takes it off; the other way round is its undo. */
function memberRun(docker: Docker, isJoining: boolean): RunDefinition {
  const isOn = async ({ id, name, container }: MemberInput, signal: AbortSignal) => {
    const holding = (await docker.holdings(signal)).find((one) => one.id === container.id);
    if (holding === undefined) throw new AppError('NOT_FOUND', `${container.name} is not there any more.`);
    return holding.networks.some((one) => (one.id === '' ? one.name === name : one.id === id));
  };
  const bring = async (input: MemberInput, isWanted: boolean, signal: AbortSignal) => {
    if ((await isOn(input, signal)) === isWanted) return;
    if (isWanted) await docker.connect(input.id, input.container.id, signal);
    else await docker.disconnect(input.id, input.container.id, signal);
  };
  return defineRun<MemberInput, { change: null }>({
    kind: isJoining ? kinds.connect : kinds.disconnect,
    title: isJoining ? 'Join container to network' : 'Take container off network',
    parse: (input) => MemberInput.parse(input),
    target: ({ container, hostId }) => ({
      type: 'container',
      id: container.id,
      name: container.name,
      hostId,
    }),
    onConflict: 'refuse',
    cancellable: true,
    steps: ({ name, container }) => [
      {
        name: 'change',
        title: isJoining ? `Join ${container.name} to ${name}` : `Take ${container.name} off ${name}`,
        effect: 'observable',
        timeout: '2m',
        retry,
        plan: async () => [
          { kind: isJoining ? 'connect' : 'disconnect', target: container.name, before: null, after: name },
        ],
        observe: async ({ input, signal }) =>
          (await isOn(input, signal)) === isJoining ? { done: null } : 'not-done',
        async run({ input, signal }) {
          await bring(input, isJoining, signal);
          return null;
        },
        undo: { effect: 'idempotent', run: ({ input, signal }) => bring(input, !isJoining, signal) },
      },
    ],
  });
}
