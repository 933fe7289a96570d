import { DriverError } from '@nebula/errors';
import type { AcmeParts, Prover, Waiting } from './obtain.ts';
import { type OrderRow, ordersOfWithProofs, updateOrder } from './store.ts';

type Parts = Pick<AcmeParts, 'database' | 'clock'>;

/** Removes the proofs of an order, as far as they stand. Idempotent. */
export async function takeDown(row: OrderRow, prover: Prover, parts: Parts, wait: Waiting): Promise<void> {
  if (row.proofs.length === 0) return;
  for (const proof of row.proofs) await prover.remove(proof, wait);
  await forgetProofs(row, parts);
}

/** The same where whoever has the proofs can be reached just now. */
export async function takeDownIfReached(
  row: OrderRow,
  prover: Prover,
  parts: Parts,
  wait: Waiting,
): Promise<void> {
  try {
    await takeDown(row, prover, parts, wait);
  } catch (error) {
    if (!(error instanceof DriverError) || wait.signal.aborted) throw error;
    wait.progress(`a proof stands for now: ${error.message}`);
  }
}

/**
 * Removes the proofs of every order of a subject that is about to be gone, since nobody finds the way to them afterwards.
 *
 * @returns names of those that nobody here can remove any more; they are forgotten
 * @throws {DriverError} where whoever has them is away and can be asked later
 */
export async function takeDownAll(
  subject: string,
  prover: Prover,
  parts: Parts,
  wait: Waiting,
): Promise<string[]> {
  const left: string[] = [];
  for (const row of await ordersOfWithProofs(parts.database.sql, subject)) {
    try {
      await takeDown(row, prover, parts, wait);
    } catch (error) {
      if (!(error instanceof DriverError) || error.kind !== 'unsupported') throw error;
      left.push(...row.proofs.map(({ name }) => name));
      await forgetProofs(row, parts);
    }
  }
  return left;
}

/** Keeps that an order has no proofs any more. */
export async function forgetProofs({ id }: OrderRow, { database, clock }: Parts): Promise<void> {
  await updateOrder(database.sql, id, { proofs: [], updatedAt: clock.now() });
}

/** Keeps that its proofs could not be removed just now, so that those of others are tried before it the next time. */
export async function postpone({ id }: OrderRow, { database, clock }: Parts): Promise<void> {
  await updateOrder(database.sql, id, { updatedAt: clock.now() });
}
