import { factsOf, findCertificates } from '@nebula/acme';
import { AppError } from '@nebula/errors';
import { defineRun, type RunDefinition, type Step } from '@nebula/journal';
import { z } from 'zod';
import type { Kept } from '../domains/index.ts';
import type { CertificateParts } from './parts.ts';
import {
  domainOf,
  factsText,
  keptOf,
  retry,
  RunInput,
  servedNow,
  settle,
  targetOf,
  untilServed,
} from './serving.ts';

/** Kind of the run that leaves a certificate to the proxy again. */
export const handBackKind = 'certificates.hand-back';
/** Kind of the run that serves one that a person brought. */
export const bringKind = 'certificates.bring';

const BringInput = RunInput.extend({ certificateId: z.uuid() });
type BringInput = z.infer<typeof BringInput>;

type Results = {
  look: { before: Kept; fingerprint: string | null; evidence: string[] };
  load: { evidence: string[] };
  prove: { evidence: string[] };
};

const servedWithinMs = 60_000;

/** Leaves a certificate to the proxy; when it gets none in time, the one before is served again. */
export function handBackRun(parts: CertificateParts): RunDefinition {
  return defineRun<RunInput, Results>({
    kind: handBackKind,
    title: 'Hand certificate back',
    parse: (input) => RunInput.parse(input),
    target: targetOf,
    onConflict: 'refuse',
    cancellable: true,
    steps: () => [
      ...serveSteps<RunInput>(parts, () => ({ keeper: 'proxy', certificateId: null })),
      {
        name: 'prove',
        title: 'Wait until the reverse proxy has one of its own',
        effect: 'idempotent',
        timeout: '2h',
        retry,
        run: async (context) => {
          const { input, memory } = context;
          const { fingerprint } = memory.read('look');
          const isItsOwn = (facts: { fingerprint: string }, distrust: string | null) =>
            facts.fingerprint !== fingerprint && distrust === null;
          const withinMs = parts.certificateWaitSeconds * 1000;
          const facts = await untilServed(input.name, isItsOwn, withinMs, context, parts);
          await settle(input, facts, 'The certificate was handed back to the reverse proxy.', null, parts);
          return { evidence: [factsText(facts)] };
        },
      },
    ],
  });
}

/** Serves a certificate that a person brought. */
export function bringRun(parts: CertificateParts): RunDefinition {
  return defineRun<BringInput, Results>({
    kind: bringKind,
    title: 'Serve own certificate',
    parse: (input) => BringInput.parse(input),
    target: targetOf,
    onConflict: 'refuse',
    cancellable: true,
    steps: () => [
      ...serveSteps<BringInput>(parts, ({ certificateId }) => ({ keeper: 'own', certificateId })),
      {
        name: 'prove',
        title: 'Begin TLS as a visitor does and see it',
        effect: 'idempotent',
        timeout: '5m',
        retry,
        run: async (context) => {
          const { input } = context;
          const [row] = await findCertificates(parts.database.sql, [input.certificateId]);
          if (row === undefined) throw new AppError('NOT_FOUND', 'The certificate is not there any more.');
          const { fingerprint } = factsOf(row.chain);
          const isWanted = (facts: { fingerprint: string }) => facts.fingerprint === fingerprint;
          const facts = await untilServed(input.name, isWanted, servedWithinMs, context, parts);
          await settle(input, facts, `A certificate of ${facts.issuer} was brought.`, null, parts);
          return { evidence: [factsText(facts)] };
        },
      },
    ],
  });
}

/** Sees what is served, and serves what is wanted instead. */
function serveSteps<Input extends RunInput>(
  parts: CertificateParts,
  wanted: (input: Input) => Kept,
): Step<Input, Results>[] {
  const { domains } = parts;
  return [
    {
      name: 'look',
      title: 'See the certificate that is served',
      effect: 'idempotent',
      timeout: '1m',
      retry,
      run: async ({ input, signal }) => {
        await domainOf(input, parts);
        const before = await keptOf(input, parts);
        const facts = await servedNow(input.name, parts, signal);
        const evidence = [facts === null ? 'Visitors meet no certificate.' : factsText(facts)];
        return { before, fingerprint: facts?.fingerprint ?? null, evidence };
      },
    },
    {
      name: 'load',
      title: 'Tell the reverse proxy',
      effect: 'idempotent',
      timeout: '5m',
      retry,
      run: async ({ input, signal }) => {
        await domains.serve(input.id, wanted(input), signal);
        return { evidence: ['The reverse proxy knows.'] };
      },
      undo: {
        effect: 'idempotent',
        run: async ({ input, memory, signal }) => {
          await domains.serve(input.id, memory.read('look').before, signal);
        },
      },
    },
  ];
}
