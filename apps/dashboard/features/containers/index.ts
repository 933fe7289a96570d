import { join } from 'node:path';
import { defineChore } from '@nebula/jobs';
import { defineFeature } from '@nebula/runtime';
import type { Resources } from '../../resources.ts';
import { images } from '../images/contract.ts';
import { actRuns } from './act.ts';
import { bulkRun } from './bulk.ts';
import { containerConditions } from './conditions.ts';
import { containers } from './contract.ts';
import { createRun } from './create.ts';
import { createCreation } from './creation.ts';
import { happenedTo, noting } from './happened.ts';
import { createInventory } from './inventory.ts';
import { containerMeasures } from './measures.ts';
import { containersOverview } from './overview.ts';
import { removeRun } from './remove.ts';
import { renameRun } from './rename.ts';
import { createSampler } from './sampler.ts';
import { createContainers } from './service.ts';
import { deleteDraftsBefore, heardUntil, keepHeardUntil } from './store.ts';
import { createUpdates } from './updates.ts';

const hostId = 'local';
const dayMs = 86_400_000;

export { isSecret, maskArguments, masked, maskOutput } from './secrets.ts';
export { settle } from './settle.ts';

export const containersFeature = defineFeature<Resources, typeof containers>({
  contract: containers,
  migrations: [{ id: 'containers', dir: join(import.meta.dirname, 'migrations') }],
  runs({ clock, docker: engine, database, vault }) {
    const docker = noting(engine, clock);
    return [
      ...actRuns(docker),
      renameRun(docker),
      removeRun(docker),
      bulkRun(docker),
      createRun({ docker, database, vault }),
    ];
  },
  setUp({ appRoots, clock, database, docker, hub, journal, log, sampleSeconds, vault }) {
    const updates = createUpdates(database);
    const happened = happenedTo(docker, clock);
    const inventory = createInventory({
      ...{ docker, hub, clock, log, hostId, updateOf: updates.of },
      onEvent: happened.hear,
      heard: {
        until: () => heardUntil(database.sql, hostId),
        keep: (at) => keepHeardUntil(database.sql, hostId, at),
      },
    });
    const sampler = createSampler({ docker, inventory, hub, clock, log, everyMs: sampleSeconds * 1000 });
    const service = createContainers({ docker, inventory, sampler, journal });
    const creation = createCreation({ docker, inventory, journal, vault, clock, appRoots });
    const clean = defineChore('containers.forget-drafts', async () => {
      await deleteDraftsBefore(database.sql, new Date(clock.now().getTime() - dayMs));
    });
    return {
      routes: {
        list: async (_context, { query }) => service.list(query),
        get: (context, { params }) => service.get(context, params.id),
        inspect: (context, { params }) => service.inspect(context, params.id),
        reveal: (context, { params }) => service.reveal(context, params.id),
        engine: async () => service.engine(),
        start: (context, { params }) => service.act(context, 'start', params.id),
        stop: (context, { params, body }) => service.act(context, 'stop', params.id, body),
        restart: (context, { params, body }) => service.act(context, 'restart', params.id, body),
        pause: (context, { params }) => service.act(context, 'pause', params.id),
        unpause: (context, { params }) => service.act(context, 'unpause', params.id),
        kill: (context, { params, body }) => service.act(context, 'kill', params.id, body),
        rename: (context, { params, body }) => service.rename(context, params.id, body.name),
        remove: (context, { params, body }) => service.remove(context, params.id, body),
        bulk: (context, { body }) => service.bulk(context, body),
        bulkOutcome: (context, { params }) => service.bulkOutcome(context, params.runId),
        creationChoices: (context) => creation.choices(context),
        preview: (_context, { body }) => creation.preview(body),
        create: (context, { body }) => creation.create(context, body),
      },
      jobs: [clean],
      schedules: [{ job: clean, every: '6h' }],
      overview: containersOverview(inventory),
      measures: () => containerMeasures(inventory.all(), sampler.usage),
      conditions: (wanted) =>
        containerConditions(
          { ...inventory, usage: sampler.usage, happened, now: () => clock.now().getTime() },
          wanted,
        ),
      work: async (signal) => {
        const forget = hub.on(images.events.checked.name, () => {
          updates.reload().then(
            () => inventory.updatesChanged(),
            (error: unknown) => log.warn({ error }, 'what is known of newer images could not be read'),
          );
        });
        try {
          await updates.reload();
          await Promise.all([inventory.follow(signal), sampler.run(signal)]);
        } finally {
          forget();
        }
      },
    };
  },
});
