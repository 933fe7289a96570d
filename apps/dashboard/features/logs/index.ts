import { join } from 'node:path';
import { defineFeature } from '@nebula/runtime';
import type { Resources } from '../../resources.ts';
import { createArchive } from './archive.ts';
import { logs } from './contract.ts';
import { createKeeper } from './keeper.ts';
import { createLive } from './live.ts';
import { createLogs } from './service.ts';

const mebibyte = 1024 * 1024;

export const logsFeature = defineFeature<Resources, typeof logs>({
  contract: logs,
  setUp({ clock, dataDir, docker, log, logMebibytes, logMebibytesInAll }) {
    const live = createLive();
    const archive = createArchive({
      ...{ clock, log, dir: join(dataDir, 'logs') },
      bytesPerApp: logMebibytes * mebibyte,
      bytesInAll: logMebibytesInAll * mebibyte,
      onStorage: (storage) => live.storage(storage),
    });
    const keeper = createKeeper({ docker, clock, log, archive, live });
    const service = createLogs({ archive, keeper, live, now: () => clock.now() });
    return {
      routes: {
        apps: () => service.apps(),
        list: (_context, { query }) => service.list(query),
        download: (_context, { query }) => service.download(query),
        stream: (context, { query }, sink) => service.stream(context, query, sink),
      },
      work: async (signal) => {
        await archive.load();
        await Promise.all([archive.run(signal), keeper.run(signal)]);
      },
    };
  },
});
