import { join } from 'node:path';
import {
  forgetProofs,
  ordersWithProofs,
  postpone,
  removeExpiredCertificates,
  removeOrdersBefore,
  takeDown,
} from '@nebula/acme';
import type { Database } from '@nebula/db';
import { DriverError } from '@nebula/errors';
import { defineChore } from '@nebula/jobs';
import { defineFeature } from '@nebula/runtime';
import type { Resources } from '../../resources.ts';
import { certifiedDomains, renewOrderedBy } from '../domains/index.ts';
import { createBoard } from './conditions.ts';
import { certificates } from './contract.ts';
import { orderKind, orderRun } from './order-run.ts';
import type { CertificateParts } from './parts.ts';
import { bringRun, handBackRun } from './serve-runs.ts';
import { createCertificates } from './service.ts';
import { forget } from './store.ts';
import { watchAll } from './watch.ts';

const dayMs = 86_400_000;
/** Certificates that expired, and orders that nothing happens with, are kept so long. */
const keptDays = 30;
/** Proofs of orders that ended are looked at again after this. */
const proofsMs = 5 * 60_000;

const made = new WeakMap<Database, CertificateParts>();

/** The one set of parts of an application. */
function partsOf(resources: Omit<Resources, 'journal'>): CertificateParts {
  const known = made.get(resources.database);
  if (known !== undefined) return known;
  const { acmeRoots, authorities, certificateWaitSeconds, clock, database, log, outbound, vault } = resources;
  const parts: CertificateParts = {
    acme: { authorities, clock, database, outbound, roots: acmeRoots, vault },
    board: createBoard(),
    domains: certifiedDomains(resources),
    ...{ certificateWaitSeconds, clock, database, log, vault },
  };
  made.set(database, parts);
  return parts;
}

export const certificatesFeature = defineFeature<Resources, typeof certificates>({
  contract: certificates,
  migrations: [{ id: 'certificates', dir: join(import.meta.dirname, 'migrations') }],
  runs: (resources) => [orderRun, handBackRun, bringRun].map((run) => run(partsOf(resources))),
  setUp(resources) {
    const parts = { ...partsOf(resources), journal: resources.journal };
    const { clock, database, domains } = parts;
    renewOrderedBy(resources, orderKind);
    const service = createCertificates(parts);
    const watch = defineChore('certificates.watch', async ({ signal }) => {
      await watchAll(parts, resources.systemContext('certificates', signal));
    });
    const clean = defineChore('certificates.clean', async ({ signal, log }) => {
      const now = clock.now().getTime();
      const wait = { signal, progress: () => undefined };
      for (const row of await ordersWithProofs(database.sql, new Date(now - proofsMs), 100)) {
        try {
          const prover = await domains.prover(row.subject);
          if (prover === null) await forgetProofs(row, parts.acme);
          else await takeDown(row, prover, parts.acme, wait);
        } catch (error) {
          if (!(error instanceof DriverError)) throw error;
          await postpone(row, parts.acme);
          log.warn({ error, order: row.id }, 'the proof of an order still stands; it is tried again');
        }
      }
      const before = new Date(now - keptDays * dayMs);
      await removeOrdersBefore(database.sql, before);
      await removeExpiredCertificates(database.sql, before, await domains.inUse(database.sql));
      const served = await domains.served(database.sql, null, 10_000);
      await forget(
        database.sql,
        served.map(({ id }) => id),
        before,
      );
    });
    return {
      routes: {
        list: (context, { query }) => service.list(context, query),
        authorities: (context) => service.authorities(context),
        get: (context, { params }) => service.get(context, params.id),
        look: (context, { params }) => service.look(context, params.id),
        renew: (context, { params }) => service.renew(context, params.id),
        takeOver: (context, { params }) => service.takeOver(context, params.id),
        handBack: (context, { params }) => service.handBack(context, params.id),
        bring: (context, { body }) => service.bring(context, body),
      },
      jobs: [watch, clean],
      schedules: [
        // Each domain is looked at every five minutes; one that is new, within a minute.
        { job: watch, every: '1m' },
        { job: clean, every: '15m' },
      ],
      conditions: (wanted) => parts.board.conditions(wanted, clock.now()),
      onTrouble: service.trouble,
      overview: { needs: 'certificates:read', attention: service.attention },
    };
  },
});
