import type { Clock } from '@nebula/clock';
import type { Docker } from '@nebula/docker';
import { type Journal, startRun } from '@nebula/journal';
import type { Context } from '@nebula/runtime';
import type { Vault } from '@nebula/vault';
import { composeOf, findingsOf } from './compose.ts';
import { containers, type Finding, type NewContainer } from './contract.ts';
import { createKind, refuseContradictions } from './create.ts';
import { keepDraft } from './drafts.ts';
import type { Inventory } from './inventory.ts';
import { isSecret, maskArguments, masked } from './secrets.ts';
import { nameTaken, problemOf, refuseWhenAway } from './service.ts';

interface Deps {
  docker: Docker;
  inventory: Inventory;
  journal: Journal;
  vault: Vault;
  clock: Clock;
  appRoots: string[];
}

/** The verbs around making a container. */
export function createCreation({ docker, inventory, journal, vault, clock, appRoots }: Deps) {
  function refuse(wanted: NewContainer): void {
    refuseContradictions(wanted, appRoots);
    if (inventory.all().some(({ name }) => name === wanted.name)) throw nameTaken(wanted.name);
  }

  return {
    async choices(context: Context) {
      refuseWhenAway(inventory.engine());
      try {
        const [volumes, networks] = await Promise.all([
          docker.volumes(context.signal),
          docker.networks(context.signal),
        ]);
        return {
          appRoots,
          volumes: volumes.map(({ name }) => name).sort(),
          networks: networks
            .filter(({ driver }) => driver !== 'host' && driver !== 'null')
            .map(({ name }) => name)
            .sort(),
        };
      } catch (error) {
        throw problemOf(error);
      }
    },

    async preview(wanted: NewContainer): Promise<{ compose: string; mayDo: Finding[] }> {
      refuse(wanted);
      return { compose: await composeOf(wanted), mayDo: findingsOf(wanted) };
    },

    /** Starts the run that makes it; its environment is sealed and never part of run or audit. */
    async create(context: Context, wanted: NewContainer): Promise<{ runId: string }> {
      refuseWhenAway(inventory.engine());
      const { name, image } = wanted;
      const target = { type: 'container-name', id: name, name };
      return await context.write(containers.actions.create, target, async (change) => {
        refuse(wanted);
        const draftId = await keepDraft(change.sql, vault, wanted, clock.now());
        change.record({ after: withoutSecrets(wanted) });
        return await startRun(journal, context, change, createKind, {
          hostId: 'local',
          name,
          image,
          draftId,
        });
      });
    },
  };
}

function withoutSecrets(wanted: NewContainer): NewContainer {
  return {
    ...wanted,
    command: maskArguments(wanted.command),
    healthCheck: wanted.healthCheck && {
      ...wanted.healthCheck,
      command: maskArguments(wanted.healthCheck.command),
    },
    environment: wanted.environment.map(({ name, value }) => ({
      name,
      value: isSecret(name, value) ? masked : value,
    })),
  };
}
