import { defineFeature } from '@nebula/runtime';
import type { Resources } from '../../resources.ts';
import { containers } from './contract.ts';
import { createInventory } from './inventory.ts';
import { containersOverview } from './overview.ts';
import { restartRun } from './restart.ts';
import { createSampler } from './sampler.ts';
import { createContainers } from './service.ts';

const hostId = 'local';

export const containersFeature = defineFeature<Resources, typeof containers>({
  contract: containers,
  runs: ({ docker }) => [restartRun(docker)],
  setUp({ clock, docker, hub, journal, log, sampleSeconds }) {
    const inventory = createInventory({ docker, hub, clock, log, hostId });
    const sampler = createSampler({ docker, inventory, hub, clock, log, everyMs: sampleSeconds * 1000 });
    const service = createContainers({ inventory, sampler, journal });
    return {
      routes: {
        list: async (_context, { query }) => service.list(query),
        get: async (_context, { params }) => service.get(params.id),
        engine: async () => service.engine(),
        restart: (context, { params }) => service.restart(context, params.id),
      },
      overview: containersOverview(inventory, docker),
      work: async (signal) => {
        await Promise.all([inventory.follow(signal), sampler.run(signal)]);
      },
    };
  },
});
