import { defineRun, type RunDefinition } from '@nebula/journal';
import { z } from 'zod';
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

/** Kind of the run that leaves a certificate to the proxy again. */
export const handBackKind = 'certificates.hand-back';
/** Kind of the run that serves one that a person brought. */
export const bringKind = 'certificates.bring';

const BringInput = RunInput.extend({ certificateId: z.uuid() });
type BringInput = z.infer<typeof BringInput>;

/** Leaves a certificate to the proxy; when it gets none in time, the one before is served again. */
export function handBackRun(parts: CertificateParts): RunDefinition {
  return defineRun<RunInput, ServingResults>({
    kind: handBackKind,
    title: 'Hand certificate back',
    parse: (input) => RunInput.parse(input),
    target: targetOf,
    onConflict: 'refuse',
    cancellable: true,
    steps: () => [
      lookStep(parts),
      loadStep(parts, () => ({ keeper: 'proxy', certificateId: null })),
      proveStep<RunInput, ServingResults>(parts, {
        title: 'Wait until the reverse proxy has one of its own',
        timeout: '2h',
        withinMs: parts.certificateWaitSeconds * 1000,
        isWanted: ({ memory }) => {
          const { fingerprint } = memory.read('look');
          return (facts, distrust) => facts.fingerprint !== fingerprint && distrust === null;
        },
        summary: () => 'The certificate was handed back to the reverse proxy.',
      }),
    ],
  });
}

/** Serves a certificate that a person brought. */
export function bringRun(parts: CertificateParts): RunDefinition {
  return defineRun<BringInput, ServingResults>({
    kind: bringKind,
    title: 'Serve own certificate',
    parse: (input) => BringInput.parse(input),
    target: targetOf,
    onConflict: 'refuse',
    cancellable: true,
    steps: () => [
      lookStep(parts),
      loadStep<BringInput, ServingResults>(parts, ({ input: { certificateId } }) => ({
        keeper: 'own',
        certificateId,
      })),
      proveStep<BringInput, ServingResults>(parts, {
        title: 'Begin TLS as a visitor does and see it',
        timeout: '5m',
        withinMs: servedWithinMs,
        isWanted: async ({ input }) => {
          const fingerprint = await fingerprintOf(input.certificateId, parts);
          return (facts) => facts.fingerprint === fingerprint;
        },
        summary: ({ issuer }) => `A certificate of ${issuer} was brought.`,
      }),
    ],
  });
}
