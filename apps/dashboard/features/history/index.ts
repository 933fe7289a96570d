import { defineChore } from '@nebula/jobs';
import { defineFeature } from '@nebula/runtime';
import type { Resources } from '../../resources.ts';
import { history } from './contract.ts';
import { createHistory } from './service.ts';

const hostId = 'local';

export const historyFeature = defineFeature<Resources, typeof history>({
  contract: history,
  setUp({ clock, log, measures, series }) {
    const service = createHistory({ series, clock, log, measures, hostId });
    const expire = defineChore('history.remove-old', () => series.expire());
    return {
      routes: {
        subjects: async () => service.subjects(),
        query: (_context, { query }) => service.query(query),
      },
      jobs: [expire],
      schedules: [{ job: expire, every: '6h' }],
      work: async (signal) => {
        await Promise.all([series.work(signal), service.collect(signal)]);
      },
    };
  },
});
