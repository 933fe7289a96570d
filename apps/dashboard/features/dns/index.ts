import { join } from 'node:path';
import { findPublicAddress } from '@nebula/dns';
import { defineChore } from '@nebula/jobs';
import { defineFeature } from '@nebula/runtime';
import type { Resources } from '../../resources.ts';
import { dnsAccess } from './access.ts';
import { changeRun } from './change-run.ts';
import { createChanges } from './changes.ts';
import { dns } from './contract.ts';
import { dnsOverview } from './overview.ts';
import { createProviders } from './providers.ts';
import { createRecords } from './records.ts';
import { removeChangesBefore } from './store.ts';

export { type DnsAccess, dnsAccess, type HeldZone } from './access.ts';
export { leadTo } from './lead.ts';
export { createProviders } from './providers.ts';
export { waitsAfter as waitsOfProvider } from './store.ts';

export const dnsFeature = defineFeature<Resources, typeof dns>({
  contract: dns,
  migrations: [{ id: 'dns', dir: join(import.meta.dirname, 'migrations') }],
  runs: (resources) => [changeRun({ access: dnsAccess(resources), database: resources.database })],
  setUp(resources) {
    const { clock, database, journal, outbound, vault, addressSources, keepRunsDays } = resources;
    const access = dnsAccess(resources);
    const providers = createProviders({ access, vault, clock });
    const records = createRecords({ access, clock });
    const changes = createChanges({ access, journal, clock });
    const clean = defineChore('dns.remove-old-changes', async () => {
      await removeChangesBefore(database.sql, new Date(clock.now().getTime() - keepRunsDays * 86_400_000));
    });
    return {
      overview: dnsOverview(),
      routes: {
        providers: (context, { query }) => providers.list(context, query),
        addProvider: (context, { body }) => providers.add(context, body),
        changeProvider: (context, { params, body }) => providers.change(context, params.id, body),
        removeProvider: (context, { params, query }) =>
          providers.remove(context, params.id, query.typedName).then(() => undefined),
        checkProvider: (context, { params }) => providers.check(context, params.id),
        zones: (context, { query }) => records.zones(context, query),
        records: (context, { params, query }) => records.list(context, params.id, params.zone, query),
        record: (context, { params, query }) => records.find(context, params.id, params.zone, query),
        write: (context, { params, body }) => changes.write(context, params, body),
        remove: (context, { params, body }) => changes.remove(context, params, body),
        changes: (context, { query }) => changes.list(context, query),
        undo: (context, { params }) => changes.undo(context, params.id),
        propagation: (context, { params, query }) =>
          records.propagation(context, params.id, params.zone, query),
        publicAddress: async ({ signal }) => ({
          addresses: await Promise.all(
            ([4, 6] as const).map((family) =>
              findPublicAddress(family, { outbound, sources: addressSources, signal }),
            ),
          ),
        }),
      },
      jobs: [clean],
      schedules: [{ job: clean, every: '12h' }],
    };
  },
});
