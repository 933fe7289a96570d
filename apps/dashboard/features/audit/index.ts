import { defineChore } from '@nebula/jobs';
import { defineFeature } from '@nebula/runtime';
import type { Resources } from '../../resources.ts';
import { audit } from './contract.ts';
import { auditOverview } from './overview.ts';
import { listEntries } from './service.ts';

export const auditFeature = defineFeature<Resources, typeof audit>({
  contract: audit,
  setUp({ audit: book, clock, database, log }) {
    const seal = defineChore('audit.seal', async () => {
      // A full seal means that more is waiting.
      while ((await book.seal(database)) >= 1000);
    });
    return {
      overview: auditOverview({ book, database, clock, log }),
      routes: {
        list: (context, { query }) => listEntries(book, context, query, clock.now()),
        verify: () => book.verify(database),
      },
      jobs: [seal],
      schedules: [{ job: seal, every: '5s' }],
    };
  },
});
