import { certificateSeal, findCertificates } from '@nebula/acme';
import type { Database } from '@nebula/db';
import type { Route, RouteCertificate } from '@nebula/proxy';
import { type Vault, VaultError } from '@nebula/vault';
import { type HeldRow, heldOf } from './held-store.ts';

/** A route as the proxy is to have it. */
export interface Dressed {
  route: Route;
  /** Why its certificate cannot be had, so that the route is not what is wanted. */
  problem?: string;
}

/** Dresses routes with the certificates that are kept here: keys never stand in the routes that the database has. */
export interface Dresser {
  /** Answers how a domain's route is wanted, and how it was last proven to be served. */
  dress(ids: readonly string[]): Promise<(id: string, route: Route, which: 'wanted' | 'good') => Dressed>;
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
      const found = new Map<string, RouteCertificate | VaultError>(opened);
      for (const row of await findCertificates(database.sql, missing)) found.set(row.id, keyed(row, vault));
      opened = new Map(
        [...found].flatMap(([id, one]) =>
          one instanceof VaultError || !wanted.includes(id) ? [] : [[id, one] as const],
        ),
      );
      return (id, route, which) => dressed(route, held.get(id), found, which);
    },
  };
}

/** One key that cannot be opened is the matter of its own domains. */
function keyed(
  row: { id: string; chain: string; sealedKey: string },
  vault: Vault,
): RouteCertificate | VaultError {
  try {
    const keyPem = vault.open(certificateSeal(row.id), row.sealedKey);
    return { kind: 'own', certificatePem: row.chain, keyPem };
  } catch (error) {
    if (error instanceof VaultError) return error;
    throw error;
  }
}

function dressed(
  route: Route,
  held: HeldRow | undefined,
  certificates: ReadonlyMap<string, RouteCertificate | VaultError>,
  which: 'wanted' | 'good',
): Dressed {
  if (held === undefined) return { route };
  const answers = held.answers.map(({ token, text }) => ({
    path: `/.well-known/acme-challenge/${token}`,
    body: text,
  }));
  const answering = { ...route, ...(answers.length === 0 ? {} : { answers }) };
  const id = which === 'wanted' ? held.certificateId : held.goodCertificateId;
  if (id === null) return { route: answering };
  const given = certificates.get(id);
  if (given === undefined) return { route: answering, problem: 'Its certificate is not kept here any more.' };
  if (!(given instanceof VaultError)) return { route: { ...answering, certificate: given } };
  return { route: answering, problem: `The key of its certificate cannot be opened. ${given.message}` };
}
