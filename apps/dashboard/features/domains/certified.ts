import type { CertificateFacts, Keeper, Obtained, Prover, Waiting } from '@nebula/acme';
import { newId, type Sql } from '@nebula/db';
import { AppError } from '@nebula/errors';
import { proveServed } from './applier.ts';
import { handshake, type Shown } from './handshake.ts';
import { certificatesInUse, heldOf, keepCertificate, settleCertificate } from './held-store.ts';
import { abandonOrder, orderFor } from './obtain-certificate.ts';
import type { DomainParts } from './parts.ts';
import { proverOf, waysOf } from './prove-name.ts';
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
  /** Whether browsers, or the roots that the settings name besides, should trust what a name's authorities issue. */
  isTrustExpected(name: string): boolean;
  /** Whether the name can be proven from here. */
  canOrder(id: string, signal: AbortSignal): Promise<boolean>;
  /** See `obtain` of packages/acme. */
  order(id: string, request: string, wait: Waiting): Promise<Obtained>;
  abandon(id: string, request: string, wait: Waiting): Promise<void>;
  /** Who takes proofs away; null of a domain that is gone, which took those with it that could be taken. */
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
    isTrustExpected: (name) => isTrustExpected(name, parts),
    canOrder: async (id, signal) => (await waysOf(await rowOf(id), parts, signal)).methods.length > 0,
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
      proveServed(await applier.apply(signal, { id }), id);
    },
    async noted(sql, { id, name }, facts, told) {
      const { issuer, names, serial, notBefore, notAfter } = facts;
      await updateDomain(sql, id, { certificate: { issuer, names, serial, notBefore, notAfter } });
      applier.noteSeen(name, names);
      if (told === null) return;
      await settleCertificate(sql, id);
      // What an earlier run of its certificate could not do is done.
      if ((await findDomain(sql, id))?.status === 'active') await updateDomain(sql, id, { problem: null });
      const { summary, actor, runId } = told;
      await insertEvent(sql, {
        ...{ id: newId(), domainId: id, name, at: clock.now(), kind: 'renewed' as const },
        ...{ summary, actor, runId },
      });
    },
  };
}

/** Below these no public authority issues; the proxy has one of its own for them where the settings name none. */
const privateNames = ['localhost', 'local', 'internal', 'home.arpa'];

/** See {@link CertifiedDomains}. One whose own HTTPS needs a root is private, and trusted by whom the roots are told to. */
export function isTrustExpected(
  name: string,
  { issuers, roots }: Pick<DomainParts, 'issuers' | 'roots'>,
): boolean {
  if (issuers.length === 0) return !privateNames.some((one) => name === one || name.endsWith(`.${one}`));
  return issuers.every((issuer) => issuer.kind === 'acme' && (issuer.rootFile === null || roots.length > 0));
}
