import { abandon, newestOrders, obtain, type Obtained, type Waiting } from '@nebula/acme';
import { AppError, DriverError } from '@nebula/errors';
import type { StepContext } from '@nebula/journal';
import { heldOf, keepCertificate, settleCertificate } from './held-store.ts';
import type { DomainParts } from './parts.ts';
import { certificateText, waitForCertificate } from './prove.ts';
import { proverOf, waysOf } from './prove-name.ts';
import type { SeenCertificate } from './schema.ts';
import type { DomainRow } from './store.ts';

type Step = Pick<StepContext<unknown>, 'clock' | 'signal' | 'progress' | 'idempotencyKey'>;

/** The same waiting as packages/acme knows it. */
export function waitingOf({ signal, progress }: Pick<Step, 'signal' | 'progress'>): Waiting {
  return { signal, progress: (message) => progress(null, message) };
}

/**
 * Orders a certificate for a domain, proven by what its names can be proven by.
 *
 * @param request the same at every try of one piece of work
 * @throws {DriverError}
 */
export async function orderFor(
  row: DomainRow,
  request: string,
  parts: DomainParts,
  wait: Waiting,
): Promise<Obtained> {
  const { methods, lack } = await waysOf(row, parts, wait.signal);
  if (methods.length === 0)
    throw new DriverError('unsupported', `A wildcard is proven by DNS. ${lack ?? ''}`.trim());
  const wanted = { request, subject: row.id, names: [row.name], methods };
  return await obtain(wanted, proverOf(row, parts), parts.acme, wait);
}

/** Takes back what {@link orderFor} left behind. */
export async function abandonOrder(
  row: DomainRow,
  request: string,
  parts: DomainParts,
  wait: Waiting,
): Promise<void> {
  await abandon(request, proverOf(row, parts), parts.acme, wait);
}

/**
 * Waits for the certificate that the proxy gets by itself. Where it gets none in time, and for a wildcard, one is ordered
 * from here and served. Throws NO_CERTIFICATE with what both saw.
 */
export async function certificateFor(
  row: DomainRow,
  context: Step,
  parts: DomainParts,
): Promise<{ certificate: SeenCertificate; evidence: string[] }> {
  const { sql } = parts.database;
  const request = context.idempotencyKey;
  const held = (await heldOf(sql, [row.id])).get(row.id);
  const isKept = (held?.certificateId ?? null) !== null;
  const isBegun = (await newestOrders(sql, row.id, 5)).some((order) => order.request === request);
  let why = '';
  if (isKept || (!isBegun && !row.name.startsWith('*.'))) {
    try {
      const certificate = await waitForCertificate(row.name, context, parts);
      parts.applier.noteSeen(row.name, certificate.names);
      return { certificate, evidence: [certificateText(certificate)] };
    } catch (error) {
      parts.applier.giveUp(row.name);
      if (isKept || !(error instanceof AppError) || error.code !== 'NO_CERTIFICATE') throw error;
      why = error.message;
    }
  }
  const obtained = await orderFor(row, request, parts, waitingOf(context)).catch((error: unknown) => {
    if (!(error instanceof DriverError) || context.signal.aborted) throw error;
    throw new AppError('NO_CERTIFICATE', `${why} Ordered from here: ${error.message}`.trim(), {
      cause: error,
    });
  });
  const kept = { keeper: 'nebula' as const, certificateId: obtained.certificateId };
  await keepCertificate(sql, row.id, kept, parts.clock.now());
  await parts.applier.apply(context.signal);
  const certificate = await waitForCertificate(row.name, context, parts);
  await settleCertificate(sql, row.id);
  const first = why === '' ? [] : [`The reverse proxy got none: ${why}`];
  return { certificate, evidence: [...first, ...obtained.evidence, certificateText(certificate)] };
}

/** Takes back what {@link certificateFor} did; the route goes by itself. */
export async function withoutCertificate(row: DomainRow, context: Step, parts: DomainParts): Promise<void> {
  const { sql } = parts.database;
  const request = context.idempotencyKey;
  await abandonOrder(row, request, parts, waitingOf(context));
  const held = (await heldOf(sql, [row.id])).get(row.id);
  const orders = await newestOrders(sql, row.id, 20);
  const isOfThis = orders.some((order) => order.id === held?.certificateId && order.request === request);
  if (!isOfThis) return;
  await keepCertificate(sql, row.id, { keeper: 'proxy', certificateId: null }, parts.clock.now());
}
