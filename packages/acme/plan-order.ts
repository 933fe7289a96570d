import { newId, type Sql } from '@nebula/db';
import { DriverError } from '@nebula/errors';
import { statesOf } from './accounts.ts';
import { askableAt, type AuthorityState, chooseAuthority, chooseMethod, type Method } from './authorities.ts';
import type { AcmeParts, Authority, Wanted } from './obtain.ts';
import { insertOrder, newestOrders, type OrderRow } from './store.ts';

/** Tries that failed of one subject after which its limits are at risk. */
const rehearseFrom = 2;

/** What the choice of the next order depends on. */
export interface Chances<A extends Choosable> {
  authorities: readonly A[];
  /** Ways to prove the names, the better first. */
  methods: readonly Method[];
  /** Orders of the subject that failed since the last success, the newest first. */
  failed: readonly { directory: string; fault: 'proof' | 'authority' | null }[];
  /** Where a rehearsal of this piece of work went well. */
  rehearsed: readonly string[];
  stateOf(directory: string): AuthorityState;
  now: Date;
}

type Choosable = Pick<Authority, 'directory' | 'staging'>;

/** Where, how and as what to order next; null for what there is none of just now. */
export function chooseOrder<A extends Choosable>({
  authorities,
  methods,
  failed,
  rehearsed,
  stateOf,
  now,
}: Chances<A>): { authority: A | null; method: Method | null; directory: string; isRehearsal: boolean } {
  // Each authority has its try at a way before the next way is taken.
  const proofs = failed.filter(({ fault }) => fault === 'proof').length;
  const method = chooseMethod(methods, Math.floor(proofs / authorities.length));
  const failedLast = failed[0]?.directory ?? null;
  const isFailedLast = ({ directory, staging }: A) =>
    failedLast !== null && (failedLast === directory || failedLast === staging);
  const avoided = authorities.find(isFailedLast)?.directory ?? null;
  const authority = chooseAuthority(authorities, stateOf, avoided, now);
  const staging = authority?.staging ?? null;
  // A staging that is away must not keep us from the authority.
  const isStagingOpen = staging !== null && (stateOf(staging).retryAt?.getTime() ?? 0) <= now.getTime();
  const isRehearsal = isStagingOpen && !rehearsed.includes(staging) && failed.length >= rehearseFrom;
  return { authority, method, directory: (isRehearsal ? staging : authority?.directory) ?? '', isRehearsal };
}

/** Plans the next order: the intent that is there before the authority hears of it. */
export async function planNext(
  wanted: Wanted,
  rows: readonly OrderRow[],
  parts: AcmeParts,
): Promise<OrderRow> {
  const { authorities, clock, database } = parts;
  const now = clock.now();
  const stateOf = await statesOf(database.sql);
  const { authority, method, directory, isRehearsal } = chooseOrder({
    ...{ authorities, methods: wanted.methods, stateOf, now },
    failed: failuresIn(await sinceSuccess(database.sql, wanted.subject)),
    rehearsed: rows.flatMap((row) => (row.isRehearsal && row.state === 'issued' ? row.directory : [])),
  });
  if (method === null) {
    throw new DriverError(
      'unsupported',
      'There is no way to prove this name: no provider writes its records.',
    );
  }
  if (authority === null) throw nobodyToAsk(authorities, stateOf, now);
  const row: OrderRow = {
    ...{ id: newId(), request: wanted.request, subject: wanted.subject, names: [...wanted.names], method },
    ...{ directory, isRehearsal },
    ...{ state: 'planned', url: null, sealedKey: null, proofs: [], chain: null, problem: null, fault: null },
    ...{ createdAt: now, updatedAt: now },
  };
  await insertOrder(database.sql, row);
  await wanted.crash?.('planned');
  return row;
}

function nobodyToAsk(
  authorities: readonly Authority[],
  stateOf: (directory: string) => AuthorityState,
  now: Date,
): DriverError {
  const at = askableAt(authorities, stateOf);
  const seconds = at === null ? 3600 : Math.max(1, Math.ceil((at.getTime() - now.getTime()) / 1000));
  const why = authorities.flatMap(({ directory }) => stateOf(directory).problem ?? []).join(' ');
  const until =
    at === null ? 'There is no authority to ask.' : `No authority may be asked before ${at.toISOString()}.`;
  return new DriverError('rate-limited', `${until} ${why}`.trim(), { retryAfterSeconds: seconds });
}

/** Orders that failed. */
export function failuresIn(rows: readonly OrderRow[]): OrderRow[] {
  return rows.filter(({ state }) => state === 'failed');
}

/** Orders of a subject since the last that brought a certificate, the newest first. */
async function sinceSuccess(sql: Sql, subject: string): Promise<OrderRow[]> {
  const rows = await newestOrders(sql, subject, 50);
  const last = rows.findIndex(({ state, isRehearsal }) => state === 'issued' && !isRehearsal);
  return last === -1 ? rows : rows.slice(0, last);
}
