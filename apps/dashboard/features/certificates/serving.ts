import type { CertificateFacts } from '@nebula/acme';
import { AppError, DriverError } from '@nebula/errors';
import type { StepContext } from '@nebula/journal';
import { z } from 'zod';
import type { CertifiedDomain, Kept } from '../domains/index.ts';
import type { CertificateParts } from './parts.ts';
import { keepSeen } from './seeing.ts';
import { clearFailures } from './store.ts';

/** What runs of certificates begin with. */
export const RunInput = z.object({ id: z.uuid(), name: z.string(), hostId: z.string(), actor: z.string() });
export type RunInput = z.infer<typeof RunInput>;

type Step = Pick<StepContext<unknown>, 'clock' | 'signal' | 'progress'>;

export const retry = { max: 5, backoff: '2s' } as const;
export const targetOf = ({ id, name, hostId }: RunInput) => ({ type: 'domain', id, name, hostId });
const pollMs = 500;

/** The domain of a run. Throws NOT_FOUND. */
export async function domainOf(
  { id }: RunInput,
  { database, domains }: CertificateParts,
): Promise<CertifiedDomain> {
  const domain = await domains.find(database.sql, id);
  if (domain === null) throw new AppError('NOT_FOUND', 'The domain is not served any more.');
  return domain;
}

/** Whose certificate it is served with now. */
export async function keptOf({ id }: RunInput, { database, domains }: CertificateParts): Promise<Kept> {
  return (await domains.kept(database.sql, [id])).get(id) ?? { keeper: 'proxy', certificateId: null };
}

/** Sees which certificate is served; null when none is. */
export async function servedNow(
  name: string,
  parts: CertificateParts,
  signal: AbortSignal,
): Promise<CertificateFacts | null> {
  try {
    return (await parts.domains.look(name, signal)).facts;
  } catch (error) {
    if (error instanceof DriverError && error.kind === 'rejected') return null;
    throw error;
  }
}

/** Waits until visitors are shown the certificate that is wanted. Throws NOT_SERVED with what they are shown. */
export async function untilServed(
  name: string,
  isWanted: (facts: CertificateFacts, distrust: string | null) => boolean,
  withinMs: number,
  { clock, signal, progress }: Step,
  parts: CertificateParts,
): Promise<CertificateFacts> {
  const until = clock.now().getTime() + withinMs;
  for (;;) {
    let why: string;
    try {
      const { facts, distrust } = await parts.domains.look(name, signal);
      if (isWanted(facts, distrust)) return facts;
      why = `${facts.issuer}, serial ${facts.serial}.${distrust === null ? '' : ` ${distrust}`}`;
    } catch (error) {
      if (!(error instanceof DriverError) || signal.aborted) throw error;
      why = error.message;
    }
    if (clock.now().getTime() > until) {
      throw new AppError(
        'NOT_SERVED',
        `Visitors of ${name} are not shown the wanted certificate. They see: ${why}`,
      );
    }
    progress(null, why);
    await clock.sleep(pollMs, signal);
  }
}

/** Keeps with the domain, its history and its events that another certificate is served. */
export async function settle(
  input: RunInput,
  facts: CertificateFacts,
  summary: string,
  runId: string | null,
  parts: CertificateParts,
): Promise<void> {
  const domain = await domainOf(input, parts);
  const { keeper } = await keptOf(input, parts);
  await parts.database.transaction(async (sql) => {
    await keepSeen(sql, domain, { facts, distrust: null }, keeper, parts);
    await clearFailures(sql, domain.id);
    await parts.domains.noted(sql, domain, facts, { summary, actor: input.actor, runId });
  });
}

/** A certificate in a sentence. */
export function factsText({ issuer, serial, notAfter }: CertificateFacts): string {
  return `Serial ${serial} of ${issuer}, valid until ${notAfter}.`;
}
