import type { Sql } from '@nebula/db';
import { AppError } from '@nebula/errors';
import { heldOf } from './held-store.ts';
import type { DomainParts } from './parts.ts';
import { renewKind } from './renew.ts';
import { type DomainRow, domainsNamed } from './store.ts';

/**
 * The kind of run that renews the certificate of a domain. Throws AppError NOT_TO_RENEW, with the reason, where it is not this
 * domain's to renew.
 */
export async function renewalOf(
  sql: Sql,
  { id, name }: DomainRow,
  { renewal }: Pick<DomainParts, 'renewal'>,
): Promise<string> {
  const [wide] = await domainsNamed(sql, [`*${name.slice(name.indexOf('.'))}`]);
  const held = await heldOf(sql, [id, ...(wide === undefined ? [] : [wide.id])]);
  switch (held.get(id)?.keeper) {
    case 'own':
      throw notToRenew('A person brought this certificate; only who has it can renew it.');
    case 'nebula':
      // What is ordered from here is not the proxy's to renew.
      if (renewal.orderedBy !== null) return renewal.orderedBy;
      throw notToRenew('Nothing here renews what was ordered from here.');
    default:
      // The proxy gets none of its own for a name that another certificate covers.
      if (wide === undefined || wide.id === id || wide.route === null) return renewKind;
      if ((held.get(wide.id)?.certificateId ?? null) === null) return renewKind;
      throw notToRenew(`${name} is served with the certificate of ${wide.name}; renew that one.`);
  }
}

function notToRenew(why: string): AppError {
  return new AppError('NOT_TO_RENEW', why);
}
