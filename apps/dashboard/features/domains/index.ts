import { join } from 'node:path';
import type { Database } from '@nebula/db';
import { defineChore } from '@nebula/jobs';
import { defineFeature } from '@nebula/runtime';
import type { Resources } from '../../resources.ts';
import { dnsAccess } from '../dns/index.ts';
import { createApplier } from './applier.ts';
import { type CertifiedDomains, createCertified } from './certified.ts';
import { domains } from './contract.ts';
import { createDresser } from './held.ts';
import { checkAll } from './health.ts';
import type { DomainParts } from './parts.ts';
import { followAddress, followRun } from './follow.ts';
import { createNaming, type FoundAddress } from './naming.ts';
import { createPorts } from './ports.ts';
import { provisionRun } from './provision.ts';
import { reconciler } from './reconcile.ts';
import { removeRun } from './remove.ts';
import { renewRun } from './renew.ts';
import { createDomains, domainTrouble } from './service.ts';
import { namesKeptAt } from './store.ts';

export type { CertifiedDomain, CertifiedDomains, Kept } from './certified.ts';
export { waitingOf } from './obtain-certificate.ts';
export { renewKind } from './renew.ts';
export { beginFollowing, keepAddresses, ledDomains } from './following.ts';
export type { FoundAddress } from './naming.ts';

const hostId = 'local';
const made = new WeakMap<Database, DomainParts>();

/** The one set of parts of an application: runs and verbs share the loads of the proxy and the addresses that were found. */
function partsOf(resources: Omit<Resources, 'journal'>): DomainParts {
  const known = made.get(resources.database);
  if (known !== undefined) return known;
  const { certificateWaitSeconds, clock, database, docker, issuers, outbound, proxy, trustedRoots } =
    resources;
  const { acmeRoots, addressSources, authorities, publicAddresses, vault } = resources;
  const access = dnsAccess(resources);
  const parts: DomainParts = {
    ...{ certificateWaitSeconds, clock, database, docker, hostId, issuers, proxy, roots: trustedRoots },
    ports: createPorts({ proxy, clock }),
    acme: { authorities, clock, database, outbound, roots: acmeRoots, vault },
    applier: createApplier({
      ...{ database, proxy, clock, hostId, roots: trustedRoots },
      dresser: createDresser({ database, vault }),
    }),
    renewal: { orderedBy: null },
    naming: createNaming({ access, addressSources, clock, database, outbound, publicAddresses }),
  };
  made.set(database, parts);
  return parts;
}

/** What domains are imported and exported with. */
export function transferParts(resources: Omit<Resources, 'journal'>) {
  return { ...partsOf(resources), access: dnsAccess(resources) };
}

/** The way of features/certificates to domains. */
export function certifiedDomains(resources: Omit<Resources, 'journal'>): CertifiedDomains {
  return createCertified(partsOf(resources));
}

/** Says by which kind of run a certificate that NebulaCommand orders itself is renewed; without it, none is. */
export function renewOrderedBy(resources: Omit<Resources, 'journal'>, kind: string): void {
  partsOf(resources).renewal.orderedBy = kind;
}

/** Finds the public address of this machine, as domains do; what was found a moment ago is believed. */
export function publicAddressOf(resources: Omit<Resources, 'journal'>, family: 4 | 6): Promise<FoundAddress> {
  return partsOf(resources).naming.publicAddress(family);
}

export const domainsFeature = defineFeature<Resources, typeof domains>({
  contract: domains,
  migrations: [{ id: 'domains', dir: join(import.meta.dirname, 'migrations') }],
  runs: (resources) => [provisionRun, removeRun, renewRun, followRun].map((run) => run(partsOf(resources))),
  setUp(resources) {
    const parts = partsOf(resources);
    const service = createDomains({ ...parts, journal: resources.journal });
    const transfer = transferParts(resources);
    dnsAccess(resources).tellNames(namesKeptAt);
    const check = defineChore('domains.check', ({ signal }) => checkAll(parts, signal));
    const follow = defineChore('domains.follow-address', async ({ signal }) => {
      const context = resources.systemContext('dynamic DNS', signal);
      await followAddress({ ...parts, journal: resources.journal }, context);
    });
    const reconcileProxy = reconciler(parts);
    const reconcile = defineChore('domains.reconcile', ({ log, signal }) => reconcileProxy(log, signal));
    return {
      routes: {
        list: (context, { query }) => service.list(context, query),
        create: (context, { body }) => service.create(context, body),
        export: async (context, { query }) =>
          (await import('./transfer-export.ts')).exportFrom(context, query.format, transfer),
        import: async (context, { body }) =>
          (await import('./transfer-import.ts')).importInto(context, body, transfer),
        checkSnippet: (context, { body }) => service.checkSnippet(context, body.snippet),
        get: (context, { params }) => service.get(context, params.id),
        update: (context, { params, body }) => service.update(context, params.id, body),
        remove: (context, { params, query }) => service.remove(context, params.id, query.name),
        provision: (context, { params, body }) => service.provision(context, params.id, body),
        health: (context, { params }) => service.health(context, params.id),
        check: (context, { params }) => service.check(context, params.id),
        renew: (context, { params }) => service.renew(context, params.id),
        events: (context, { params, query }) => service.events(context, params.id, query),
        tasks: (context, { params, query }) => service.tasks(context, params.id, query),
        verifyDns: (context, { params }) => service.verifyDns(context, params.id),
      },
      jobs: [check, follow, reconcile],
      schedules: [
        { job: check, every: '5m' },
        { job: follow, every: '5m' },
        { job: reconcile, every: '1m' },
      ],
      onTrouble: domainTrouble,
      overview: { needs: 'domains:read', attention: service.attention },
    };
  },
});
