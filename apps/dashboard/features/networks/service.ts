import { type Page, pageWindow } from '@nebula/contract';
import type { Docker } from '@nebula/docker';
import { AppError } from '@nebula/errors';
import { type Journal, startRun } from '@nebula/journal';
import type { Context } from '@nebula/runtime';
import { asking, namesOf } from '../images/index.ts';
import { type Network, type NewNetwork, networks } from './contract.ts';
import { isWanted, type NetworkFilter, networksOf, placeOf } from './listing.ts';
import { kinds } from './runs.ts';

interface Deps {
  docker: Docker;
  journal: Journal;
  hostId: string;
}

type Started = { runId: string };

/** The verbs of networks; see README. */
export function createNetworks({ docker, journal, hostId }: Deps) {
  async function all(context: Context): Promise<Network[]> {
    return await asking(async () => {
      const [rows, holdings] = await Promise.all([
        docker.networks(context.signal),
        docker.holdings(context.signal),
      ]);
      return networksOf(rows, holdings, hostId);
    });
  }

  async function find(context: Context, id: string): Promise<Network> {
    const found = (await all(context)).find((network) => network.id === id);
    if (found === undefined) throw new AppError('NOT_FOUND', 'There is no such network any more.');
    return found;
  }

  const targetOf = ({ id, name }: Network) => ({ type: 'network', id, name, hostId });

  /** Joins or takes off; `isJoining` says which. */
  async function changeMember(
    context: Context,
    id: string,
    containerId: string,
    isJoining: boolean,
  ): Promise<Started> {
    const network = await find(context, id);
    const found = await asking(() => docker.inspect(containerId, context.signal));
    const action = networks.actions[isJoining ? 'connect' : 'disconnect'];
    return await context.write(action, targetOf(network), async (change) => {
      refuseSystem(network);
      if (found === null) throw new AppError('NOT_FOUND', 'There is no such container any more.');
      const isMember = network.members.some((member) => member.id === containerId);
      if (isJoining && isMember)
        throw new AppError('ALREADY_THERE', `${found.name} is on ${network.name} already.`);
      if (!isJoining && !isMember)
        throw new AppError('NOT_THERE', `${found.name} is not on ${network.name}.`);
      const container = { id: containerId, name: found.name };
      change.record({ [isJoining ? 'after' : 'before']: { container: found.name } });
      const input = { id, name: network.name, hostId, container };
      return await startRun(journal, context, change, isJoining ? kinds.connect : kinds.disconnect, input);
    });
  }

  return {
    /** Networks by name; the cursor is the place of the last one. */
    async list(
      context: Context,
      { limit, cursor, ...filter }: NetworkFilter & { limit: number; cursor?: string | undefined },
    ): Promise<Page<Network>> {
      const after = cursor === undefined ? '' : Buffer.from(cursor, 'base64url').toString('utf8');
      const rows = (await all(context)).filter(
        (network) => placeOf(network) > after && isWanted(network, filter),
      );
      return pageWindow(rows.slice(0, limit + 1), limit, (network) =>
        Buffer.from(placeOf(network)).toString('base64url'),
      );
    },

    get: (context: Context, id: string): Promise<Network> => find(context, id),

    async create(context: Context, network: NewNetwork): Promise<Started> {
      const { name, ...settings } = network;
      const isTaken = (await all(context)).some((other) => other.name === name);
      const target = { type: 'network-name', id: name, name, hostId };
      return await context.write(networks.actions.create, target, async (change) => {
        if (isTaken) throw nameTaken(name);
        change.record({ after: settings });
        return await startRun(journal, context, change, kinds.create, { ...network, hostId });
      });
    },

    /** Refused while a container is on it, running or not, and unless its name was repeated. */
    async remove(context: Context, id: string, repeated: string): Promise<Started> {
      const network = await find(context, id);
      const { name, driver, isInternal, subnets, labels, members } = network;
      return await context.write(networks.actions.remove, targetOf(network), async (change) => {
        refuseSystem(network);
        if (members.length > 0)
          throw new AppError('IN_USE', `${name} is used by ${namesOf(members)}; take them off it first.`);
        if (repeated !== name) throw nameDiffers(name);
        change.record({ before: { driver, isInternal, subnets, labels } });
        return await startRun(journal, context, change, kinds.remove, { id, name, hostId });
      });
    },

    connect: (context: Context, id: string, container: string) => changeMember(context, id, container, true),
    disconnect: (context: Context, id: string, container: string) =>
      changeMember(context, id, container, false),
  };
}

function refuseSystem({ name, isSystem }: Network): void {
  if (isSystem)
    throw new AppError('PROTECTED', `${name} is one of the engine's own networks, which stay as they are.`);
}

function nameTaken(name: string): AppError {
  const message = `There is a network called ${name} already.`;
  return new AppError('NAME_TAKEN', message, { fields: [{ path: 'body.name', message }] });
}

function nameDiffers(name: string): AppError {
  const message = `Repeat the name to remove the network: ${name}`;
  return new AppError('NAME_DIFFERS', message, { fields: [{ path: 'body.name', message }] });
}
