import { certificateSeal, findCertificates } from '@nebula/acme';
import type { Database } from '@nebula/db';
import type { Route, RouteCertificate } from '@nebula/proxy';
import type { Vault } from '@nebula/vault';
import { type HeldRow, heldOf } from './held-store.ts';

/** Dresses routes with the certificates that are kept here: keys never stand in the routes that the database has. */
export interface Dresser {
  /** Answers how a domain's route is wanted, and how it was last proven to be served. */
  dress(ids: readonly string[]): Promise<(id: string, route: Route, which: 'wanted' | 'good') => Route>;
}

/** A {@link Dresser} that opens each key once for as long as its certificate is used. */
export function createDresser({ database, vault }: { database: Database; vault: Vault }): Dresser {
  let opened = new Map<string, RouteCertificate>();
  return {
    async dress(ids) {
      const held = await heldOf(database.sql, ids);
      const wanted = [...held.values()].flatMap(({ certificateId, goodCertificateId }) => [
        ...(certificateId === null ? [] : [certificateId]),
        ...(goodCertificateId === null ? [] : [goodCertificateId]),
      ]);
      const missing = wanted.filter((id) => !opened.has(id));
      const found = new Map(opened);
      for (const row of await findCertificates(database.sql, missing)) {
        const keyPem = vault.open(certificateSeal(row.id), row.sealedKey);
        found.set(row.id, { kind: 'own', certificatePem: row.chain, keyPem });
      }
      opened = new Map([...found].filter(([id]) => wanted.includes(id)));
      return (id, route, which) => dressed(route, held.get(id), found, which);
    },
  };
}

function dressed(
  route: Route,
  held: HeldRow | undefined,
  certificates: ReadonlyMap<string, RouteCertificate>,
  which: 'wanted' | 'good',
): Route {
  if (held === undefined) return route;
  const answers = held.answers.map(({ token, text }) => ({
    path: `/.well-known/acme-challenge/${token}`,
    body: text,
  }));
  const id = which === 'wanted' ? held.certificateId : held.goodCertificateId;
  const given = id === null ? undefined : certificates.get(id);
  return { ...route, certificate: given ?? route.certificate, ...(answers.length === 0 ? {} : { answers }) };
}
