import { newId } from '@nebula/db';
import { AppError } from '@nebula/errors';
import { defineRun, type RunDefinition } from '@nebula/journal';
import { z } from 'zod';
import { proveServed, renewalMs } from './applier.ts';
import type { DomainParts } from './parts.ts';
import { probeHttps } from './probe.ts';
import type { SeenCertificate } from './schema.ts';
import { insertEvent, updateDomain } from './store.ts';
import { sentenceOf } from './validate.ts';

/** Kind of the run behind *Renew now*. */
export const renewKind = 'domains.renew';

const Input = z.object({ id: z.uuid(), name: z.string(), hostId: z.string(), actor: z.string() });
type Input = z.infer<typeof Input>;

type Results = {
  look: { before: SeenCertificate; evidence: string[] };
  renew: { after: SeenCertificate; evidence: string[] };
  settle: { evidence: string[] };
};

const retry = { max: 5, backoff: '2s' } as const;
const pollMs = 500;

/**
 * Renews a certificate before its time without a gap: the proxy is told that it is due, and serves the old one until the new
 * one is there; then it is told as before.
 */
export function renewRun(parts: DomainParts): RunDefinition {
  const { applier, database, roots } = parts;
  async function seen(name: string, signal: AbortSignal): Promise<SeenCertificate> {
    const { httpsPort } = await parts.ports(signal);
    return (await probeHttps({ name, address: '127.0.0.1', port: httpsPort }, roots, signal)).certificate;
  }
  return defineRun<Input, Results>({
    kind: renewKind,
    title: 'Renew certificate',
    parse: (input) => Input.parse(input),
    target: ({ id, name, hostId }) => ({ type: 'domain', id, name, hostId }),
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
          const before = await seen(input.name, signal);
          return {
            before,
            evidence: [`Serial ${before.serial} of ${before.issuer}, valid until ${before.notAfter}.`],
          };
        },
      },
      {
        name: 'renew',
        title: 'Tell the proxy that it is due, and wait for the new one',
        effect: 'idempotent',
        timeout: '10m',
        retry,
        run: async ({ input, memory, signal, clock, progress }) => {
          const { before } = memory.read('look');
          const tell = (message: string) => progress(null, message);
          proveServed(await applier.renew(input.name, signal, { tell }), input.id);
          const until = clock.now().getTime() + renewalMs;
          for (;;) {
            const now = await seen(input.name, signal).catch((error: unknown) => sentenceOf(error));
            if (typeof now !== 'string' && now.serial !== before.serial) {
              return {
                after: now,
                evidence: [`Serial ${now.serial} of ${now.issuer}, valid until ${now.notAfter}.`],
              };
            }
            if (clock.now().getTime() > until) {
              throw new AppError(
                'NOT_RENEWED',
                `${input.name} still has the certificate ${before.serial}; the authority gave no other.`,
              );
            }
            progress(
              null,
              typeof now === 'string' ? now : 'the old certificate is served until the new one is there',
            );
            await clock.sleep(pollMs, signal);
          }
        },
        undo: {
          effect: 'idempotent',
          run: async ({ input, signal }) => {
            await applier.renewed(input.name, signal);
          },
        },
      },
      {
        name: 'settle',
        title: 'Tell the proxy to renew at the usual time again',
        effect: 'idempotent',
        timeout: '5m',
        retry,
        run: async ({ input, memory, runId, signal, clock, progress }) => {
          await applier.renewed(input.name, signal, { tell: (message) => progress(null, message) });
          const { after } = memory.read('renew');
          await database.transaction(async (sql) => {
            await updateDomain(sql, input.id, { certificate: after, problem: null });
            await insertEvent(sql, {
              id: newId(),
              domainId: input.id,
              name: input.name,
              at: clock.now(),
              kind: 'renewed',
              summary: `The certificate was renewed and is valid until ${after.notAfter}.`,
              actor: input.actor,
              runId,
            });
          });
          return { evidence: [] };
        },
      },
    ],
  });
}
