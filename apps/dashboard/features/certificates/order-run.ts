import { AppError, DriverError } from '@nebula/errors';
import { defineRun, type RunDefinition } from '@nebula/journal';
import { waitingOf } from '../domains/index.ts';
import type { CertificateParts } from './parts.ts';
import {
  fingerprintOf,
  loadStep,
  lookStep,
  proveStep,
  RunInput,
  servedWithinMs,
  type ServingResults,
  targetOf,
} from './serving.ts';

/** Kind of the run with which NebulaCommand orders a certificate itself. */
export const orderKind = 'certificates.order';

type Results = ServingResults & { order: { certificateId: string; evidence: string[] } };

/** Orders a certificate from here, has the proxy serve it and proves that visitors see it; else the one before stays. */
export function orderRun(parts: CertificateParts): RunDefinition {
  const { domains } = parts;
  return defineRun<RunInput, Results>({
    kind: orderKind,
    title: 'Order certificate',
    parse: (input) => RunInput.parse(input),
    target: targetOf,
    onConflict: 'refuse',
    cancellable: true,
    steps: () => [
      lookStep<RunInput, Results>(parts),
      {
        name: 'order',
        title: 'Order one and prove the name to its authority',
        effect: 'idempotent',
        timeout: '2h',
        run: async (context) => {
          const { input, signal, idempotencyKey } = context;
          try {
            const found = await domains.order(input.id, idempotencyKey, waitingOf(context));
            return { certificateId: found.certificateId, evidence: found.evidence };
          } catch (error) {
            if (!(error instanceof DriverError) || signal.aborted) throw error;
            throw new AppError('NOT_ISSUED', error.message, { cause: error });
          }
        },
        undo: {
          effect: 'idempotent',
          run: async (context) =>
            await domains.abandon(context.input.id, context.idempotencyKey, waitingOf(context)),
        },
      },
      loadStep<RunInput, Results>(parts, ({ memory }) => ({
        keeper: 'nebula',
        certificateId: memory.read('order').certificateId,
      })),
      proveStep<RunInput, Results>(parts, {
        title: 'Begin TLS as a visitor does and see it',
        timeout: '5m',
        withinMs: servedWithinMs,
        isWanted: async ({ memory }) => {
          const fingerprint = await fingerprintOf(memory.read('order').certificateId, parts);
          return (facts, distrust) => facts.fingerprint === fingerprint && distrust === null;
        },
        summary: ({ notAfter }) => `NebulaCommand renewed the certificate; it is valid until ${notAfter}.`,
      }),
    ],
  });
}
