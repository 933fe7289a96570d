import { type CertificateFacts, factsOf, findCertificates } from '@nebula/acme';
import { AppError, DriverError } from '@nebula/errors';
import type { NamedStep, StepContext } from '@nebula/journal';
import { z } from 'zod';
import type { CertifiedDomain, Kept } from '../domains/index.ts';
import { oneKnown } from './known.ts';
import type { CertificateParts } from './parts.ts';
import { keepSeen, seenRow } from './seeing.ts';
import { clearFailures, putSeen } from './store.ts';

/** What runs of certificates begin with. */
export const RunInput = z.object({ id: z.uuid(), name: z.string(), hostId: z.string(), actor: z.string() });
export type RunInput = z.infer<typeof RunInput>;

/** What the steps that all of them share leave. */
export type ServingResults = {
  look: { before: Kept; fingerprint: string | null; evidence: string[] };
  load: { evidence: string[] };
  prove: { evidence: string[] };
};

type Context<Input, Results extends object> = StepContext<Input, Results>;
type Step = Pick<StepContext<unknown>, 'clock' | 'signal' | 'progress'>;
type IsWanted = (facts: CertificateFacts, distrust: string | null) => boolean;

export const retry = { max: 5, backoff: '2s' } as const;
export const targetOf = ({ id, name, hostId }: RunInput) => ({ type: 'domain', id, name, hostId });
/** How long the proxy may take to show what it was told. */
export const servedWithinMs = 60_000;
const pollMs = 500;

/** Sees what is served, and keeps it in the history: it may not be seen again. */
export function lookStep<Input extends RunInput, Results extends ServingResults>(
  parts: CertificateParts,
): NamedStep<'look', ServingResults['look'], Input, Results> {
  return {
    name: 'look',
    title: 'See the certificate that is served',
    effect: 'idempotent',
    timeout: '1m',
    retry,
    run: async ({ input, signal }) => {
      const { clock, database } = parts;
      const domain = await domainOf(input, parts);
      const before = await keptOf(input, parts);
      const facts = await servedNow(input.name, parts, signal);
      if (facts !== null) await putSeen(database.sql, seenRow(domain, facts, before.keeper, clock.now()));
      const evidence = [facts === null ? 'Visitors meet no certificate.' : factsText(facts)];
      return { before, fingerprint: facts?.fingerprint ?? null, evidence };
    },
  };
}

/** Has the proxy serve what is wanted; taken back, it serves what it served before. */
export function loadStep<Input extends RunInput, Results extends ServingResults>(
  parts: CertificateParts,
  wanted: (context: Context<Input, Results>) => Kept,
): NamedStep<'load', ServingResults['load'], Input, Results> {
  const { domains } = parts;
  return {
    name: 'load',
    title: 'Tell the reverse proxy',
    effect: 'idempotent',
    timeout: '5m',
    retry,
    run: async (context) => {
      await domains.serve(context.input.id, wanted(context), context.signal);
      return { evidence: ['The reverse proxy knows.'] };
    },
    undo: {
      effect: 'idempotent',
      run: async ({ input, memory, signal }) => {
        await domains.serve(input.id, memory.read('look').before, signal);
      },
    },
  };
}

/** Waits until visitors are shown what is wanted, and keeps that they are. */
export function proveStep<Input extends RunInput, Results extends ServingResults>(
  parts: CertificateParts,
  options: Pick<NamedStep<'prove', unknown, Input, Results>, 'title' | 'timeout'> & {
    isWanted: (context: Context<Input, Results>) => IsWanted | Promise<IsWanted>;
    withinMs: number;
    summary: (facts: CertificateFacts) => string;
  },
): NamedStep<'prove', ServingResults['prove'], Input, Results> {
  const { title, timeout, isWanted, withinMs, summary } = options;
  return {
    ...{ name: 'prove', title, effect: 'idempotent', timeout, retry },
    run: async (context) => {
      const { input, runId } = context;
      const seen = await untilServed(input.name, await isWanted(context), withinMs, context, parts);
      const { facts } = seen;
      const domain = await domainOf(input, parts);
      await parts.database.transaction(async (sql) => {
        const known = await oneKnown(sql, domain, parts);
        await keepSeen(sql, known, seen, parts);
        await clearFailures(sql, domain.id);
        await parts.domains.noted(sql, domain, facts, {
          ...{ summary: summary(facts), actor: input.actor, runId },
        });
      });
      return { evidence: [factsText(facts)] };
    },
  };
}

/** Fingerprint of a certificate that is kept here. Throws NOT_FOUND. */
export async function fingerprintOf(
  certificateId: string,
  { database }: Pick<CertificateParts, 'database'>,
): Promise<string> {
  const [row] = await findCertificates(database.sql, [certificateId]);
  if (row === undefined) throw new AppError('NOT_FOUND', 'The certificate is not there any more.');
  return factsOf(row.chain).fingerprint;
}

/** The domain of a run. Throws NOT_FOUND. */
async function domainOf({ id }: RunInput, { database, domains }: CertificateParts): Promise<CertifiedDomain> {
  const domain = await domains.find(database.sql, id);
  if (domain === null) throw new AppError('NOT_FOUND', 'The domain is not served any more.');
  return domain;
}

/** Whose certificate it is served with now. */
async function keptOf({ id }: RunInput, { database, domains }: CertificateParts): Promise<Kept> {
  return (await domains.kept(database.sql, [id])).get(id) ?? { keeper: 'proxy', certificateId: null };
}

/** Sees which certificate is served; null when none is. */
async function servedNow(
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
async function untilServed(
  name: string,
  isWanted: IsWanted,
  withinMs: number,
  { clock, signal, progress }: Step,
  parts: CertificateParts,
): Promise<{ facts: CertificateFacts; distrust: string | null }> {
  const until = clock.now().getTime() + withinMs;
  for (;;) {
    let why: string;
    try {
      const { facts, distrust } = await parts.domains.look(name, signal);
      if (isWanted(facts, distrust)) return { facts, distrust };
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

/** A certificate in a sentence. */
function factsText({ issuer, serial, notAfter }: CertificateFacts): string {
  return `Serial ${serial} of ${issuer}, valid until ${notAfter}.`;
}
