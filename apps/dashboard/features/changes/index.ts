import { join } from 'node:path';
import { defineChore } from '@nebula/jobs';
import { defineFeature } from '@nebula/runtime';
import type { Resources } from '../../resources.ts';
import { changes } from './contract.ts';
import { createRecorder } from './recorder.ts';
import { createChanges } from './service.ts';
import { removeMarkers } from './store.ts';

const hostId = 'local';
const dayMs = 86_400_000;
/** About 40 MiB; the oldest go first. */
const mostKept = 100_000;

export const changesFeature = defineFeature<Resources, typeof changes>({
  contract: changes,
  migrations: [{ id: 'changes', dir: join(import.meta.dirname, 'migrations') }],
  setUp({ clock, database, docker, host, hub, keepChangesDays, log, markerSources, version }) {
    const recorder = createRecorder({ docker, host, database, hub, clock, log, hostId, version });
    const service = createChanges({ clock, sources: markerSources, hostId });
    const expire = defineChore('changes.remove-old', async () => {
      const before = new Date(clock.now().getTime() - keepChangesDays * dayMs);
      await removeMarkers(database.sql, before, mostKept);
    });
    return {
      routes: { list: (context, { query }) => service.list(context, query) },
      jobs: [expire],
      schedules: [{ job: expire, every: '6h' }],
      work: (signal) => recorder.run(signal),
    };
  },
});
