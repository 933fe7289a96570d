import { factsOf, findCertificates } from '@nebula/acme';
import { AppError, DriverError } from '@nebula/errors';
import { defineRun, type RunDefinition } from '@nebula/journal';
import { type Kept, orderKind } from '../domains/index.ts';
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
import { seenRow } from './seeing.ts';
import { putSeen } from './store.ts';

type Results = {
  look: { before: Kept; evidence: string[] };
  order: { certificateId: string; evidence: string[] };
  load: { evidence: string[] };
  prove: { evidence: string[] };
};

const servedWithinMs = 60_000;

/** Orders a certificate from here, has the proxy serve it and proves that visitors see it; else the one before stays. */
export function orderRun(parts: CertificateParts): RunDefinition {
  const { clock, database, domains } = parts;
  return defineRun<RunInput, Results>({
    kind: orderKind,
    title: 'Order certificate',
    parse: (input) => RunInput.parse(input),
    target: targetOf,
    onConflict: 'refuse',
    cancellable: true,
    steps: () => [
      {
        name: 'look',
        title: 'See the certificate that is served',
        effect: 'idempotent',
        timeout: '1m',
        retry,
        run: async ({ input, signal }) => {
          const domain = await domainOf(input, parts);
          const before = await keptOf(input, parts);
          const facts = await servedNow(input.name, parts, signal);
          if (facts !== null) await putSeen(database.sql, seenRow(domain, facts, before.keeper, clock.now()));
          return { before, evidence: [facts === null ? 'Visitors meet no certificate.' : factsText(facts)] };
        },
      },
      {
        name: 'order',
        title: 'Order one and prove the name to its authority',
        effect: 'idempotent',
        timeout: '2h',
        run: async ({ input, signal, progress, idempotencyKey }) => {
          const wait = { signal, progress: (message: string) => progress(null, message) };
          try {
            const { certificateId, evidence } = await domains.order(input.id, idempotencyKey, wait);
            return { certificateId, evidence };
          } catch (error) {
            if (!(error instanceof DriverError) || signal.aborted) throw error;
            throw new AppError('NOT_ISSUED', error.message, { cause: error });
          }
        },
        undo: {
          effect: 'idempotent',
          run: async ({ input, signal, progress, idempotencyKey }) => {
            const wait = { signal, progress: (message: string) => progress(null, message) };
            await domains.abandon(input.id, idempotencyKey, wait);
          },
        },
      },
      {
        name: 'load',
        title: 'Have the reverse proxy serve it',
        effect: 'idempotent',
        timeout: '5m',
        retry,
        run: async ({ input, memory, signal }) => {
          const { certificateId } = memory.read('order');
          await domains.serve(input.id, { keeper: 'nebula', certificateId }, signal);
          return { evidence: ['The reverse proxy has it.'] };
        },
        undo: {
          effect: 'idempotent',
          run: async ({ input, memory, signal }) => {
            await domains.serve(input.id, memory.read('look').before, signal);
          },
        },
      },
      {
        name: 'prove',
        title: 'Begin TLS as a visitor does and see it',
        effect: 'idempotent',
        timeout: '5m',
        retry,
        run: async (context) => {
          const { input, memory } = context;
          const [row] = await findCertificates(database.sql, [memory.read('order').certificateId]);
          if (row === undefined) throw new AppError('NOT_FOUND', 'The certificate is not there any more.');
          const { fingerprint } = factsOf(row.chain);
          const isWanted = (facts: { fingerprint: string }, distrust: string | null) =>
            facts.fingerprint === fingerprint && distrust === null;
          const facts = await untilServed(input.name, isWanted, servedWithinMs, context, parts);
          await settle(
            input,
            facts,
            `NebulaCommand renewed the certificate; it is valid until ${facts.notAfter}.`,
            null,
            parts,
          );
          return { evidence: [factsText(facts)] };
        },
      },
    ],
  });
}
