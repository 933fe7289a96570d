import type { CertificateFacts, Keeper, Obtained, Prover, Waiting } from '@nebula/acme';
import { newId, type Sql } from '@nebula/db';
import { AppError } from '@nebula/errors';
import { proveServed } from './applier.ts';
import { handshake, type Shown } from './handshake.ts';
import { certificatesInUse, heldOf, keepCertificate, settleCertificate } from './held-store.ts';
import { abandonOrder, orderFor } from './obtain-certificate.ts';
import type { DomainParts } from './parts.ts';
import { methodsOf, proverOf } from './prove-name.ts';
import { type DomainRow, findDomain, insertEvent, servedAfter, updateDomain } from './store.ts';

/** A domain that is served, as far as its certificate goes. */
export interface CertifiedDomain {
  id: string;
  name: string;
  hostId: string;
}

/** Whose certificate a domain is served with. */
export interface Kept {
  keeper: Keeper;
  /** Of packages/acme; null while the proxy keeps it. */
  certificateId: string | null;
}

/** The way of features/certificates to domains. */
export interface CertifiedDomains {
  /** Domains that are served, after a name. */
  served(sql: Sql, after: string | null, limit: number, search?: string): Promise<CertifiedDomain[]>;
  /** One that is served; null when there is none. */
  find(sql: Sql, id: string): Promise<CertifiedDomain | null>;
  kept(sql: Sql, ids: readonly string[]): Promise<Map<string, Kept>>;
  /** Certificates that domains are served with. */
  inUse(sql: Sql): Promise<string[]>;
  /** What visitors are shown at the proxy. @throws {DriverError} */
  look(name: string, signal: AbortSignal): Promise<Shown>;
  /** Whether the name can be proven from here. */
  canOrder(id: string): Promise<boolean>;
  /** See `obtain` of packages/acme. */
  order(id: string, request: string, wait: Waiting): Promise<Obtained>;
  abandon(id: string, request: string, wait: Waiting): Promise<void>;
  /** Who takes proofs away; of a domain that is gone there are none left to take. */
  prover(id: string): Promise<Prover | null>;
  /** Serves a domain with this certificate. @throws {DriverError} when the proxy refuses it, {AppError} MADE_WORSE when it was put back */
  serve(id: string, kept: Kept, signal: AbortSignal): Promise<void>;
  /**
   * Keeps what was seen with the domain; where there is something to tell of it, it was proven to be served, and stands among
   * the domain's events.
   */
  noted(
    sql: Sql,
    domain: CertifiedDomain,
    facts: CertificateFacts,
    told: { summary: string; actor: string; runId: string | null } | null,
  ): Promise<void>;
}

/** See {@link CertifiedDomains}. */
export function createCertified(parts: DomainParts): CertifiedDomains {
  const { applier, clock, database } = parts;
  async function rowOf(id: string): Promise<DomainRow> {
    const row = await findDomain(database.sql, id);
    if (row === undefined) throw new AppError('NOT_FOUND', 'The domain is not there any more.');
    return row;
  }
  return {
    async served(sql, after, limit, search) {
      return (await servedAfter(sql, after, limit, search)).map(({ id, name, hostId }) => ({
        id,
        name,
        hostId,
      }));
    },
    async find(sql, id) {
      const row = await findDomain(sql, id);
      if (row === undefined || row.goodRoute === null) return null;
      return { id, name: row.name, hostId: row.hostId };
    },
    async kept(sql, ids) {
      const rows = await heldOf(sql, ids);
      return new Map([...rows].map(([id, { keeper, certificateId }]) => [id, { keeper, certificateId }]));
    },
    inUse: certificatesInUse,
    async look(name, signal) {
      const { httpsPort } = await parts.ports(signal);
      return await handshake({ name, address: '127.0.0.1', port: httpsPort }, parts.roots, signal);
    },
    canOrder: async (id) => (await methodsOf(await rowOf(id), parts)).length > 0,
    order: async (id, request, wait) => await orderFor(await rowOf(id), request, parts, wait),
    async abandon(id, request, wait) {
      const row = await findDomain(database.sql, id);
      if (row !== undefined) await abandonOrder(row, request, parts, wait);
    },
    async prover(id) {
      const row = await findDomain(database.sql, id);
      return row === undefined ? null : proverOf(row, parts);
    },
    async serve(id, kept, signal) {
      await keepCertificate(database.sql, id, kept, clock.now());
      proveServed(await applier.apply(signal), id);
    },
    async noted(sql, { id, name }, facts, told) {
      const { issuer, names, serial, notBefore, notAfter } = facts;
      await updateDomain(sql, id, { certificate: { issuer, names, serial, notBefore, notAfter } });
      if (told === null) return;
      await settleCertificate(sql, id);
      const { summary, actor, runId } = told;
      await insertEvent(sql, {
        ...{ id: newId(), domainId: id, name, at: clock.now(), kind: 'renewed' as const },
        ...{ summary, actor, runId },
      });
    },
  };
}
