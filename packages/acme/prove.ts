import { createHash } from 'node:crypto';
import type { Clock } from '@nebula/clock';
import { DriverError } from '@nebula/errors';
import type { Method } from './authorities.ts';
import type { AcmeAccount, AcmeClient, AcmeOrder, Authorization } from './client.ts';
import { AcmeProblem } from './problems.ts';
import type { Proof } from './schema.ts';

interface Proving {
  client: AcmeClient;
  account: AcmeAccount;
  url: string;
  signal: AbortSignal;
  clock: Clock;
  pollMs: number;
  patienceMs: number;
}

/**
 * Proves what an order still wants and waits until the authority has seen it.
 *
 * @param place called once with all proofs before the authority is told that they are there
 * @throws {DriverError} `rejected` with what the authority saw instead
 */
export async function provenOrder(
  proving: Proving,
  place: (proofs: Proof[]) => Promise<void>,
  method: Method,
): Promise<AcmeOrder> {
  const { client, account, url, signal, clock } = proving;
  const order = await client.order(account, url, signal);
  if (order.status !== 'pending') return order;
  const wanted = await Promise.all(
    order.authorizations.map(async (at) => ({ at, seen: await client.authorization(account, at, signal) })),
  );
  const open = wanted.filter(({ seen }) => seen.status === 'pending');
  const proofs = open.map(({ seen }) => ({ seen, ...proofFor(seen, method, account) }));
  await place(proofs.map(({ proof }) => proof));
  for (const { challengeUrl, isAnswered } of proofs) {
    // Asked for already before we were stopped: the authority is at it.
    if (!isAnswered) await client.answer(account, challengeUrl, signal);
  }
  const until = clock.now().getTime() + proving.patienceMs;
  for (const { at } of wanted) {
    for (;;) {
      const seen = await client.authorization(account, at, signal);
      if (seen.status === 'valid') break;
      if (seen.status !== 'pending') throw refused(seen, method);
      if (clock.now().getTime() > until) {
        throw new DriverError('unavailable', 'The authority does not look at the proof in time.');
      }
      await clock.sleep(proving.pollMs, signal);
    }
  }
  return await client.order(account, url, signal);
}

function proofFor(
  seen: Authorization,
  method: Method,
  { key }: AcmeAccount,
): { proof: Proof; challengeUrl: string; isAnswered: boolean } {
  const challenge = seen.challenges.find(({ type }) => type === method);
  if (challenge === undefined) {
    throw new DriverError('rejected', `The authority does not take ${method} for ${seen.identifier.value}.`);
  }
  const text = `${challenge.token}.${key.thumbprint}`;
  const name = seen.identifier.value.replace(/^\*\./, '');
  const proof: Proof =
    method === 'dns-01'
      ? {
          kind: 'dns-01',
          name: `_acme-challenge.${name}`,
          value: createHash('sha256').update(text).digest('base64url'),
        }
      : { kind: 'http-01', name, token: challenge.token, text };
  return { proof, challengeUrl: challenge.url, isAnswered: challenge.status === 'processing' };
}

function refused({ identifier, challenges, status }: Authorization, method: Method): AcmeProblem {
  const { error } = challenges.find((one) => one.error !== undefined) ?? {};
  const detail = (error?.detail ?? status).replace(/\p{Cc}+/gu, ' ').slice(0, 400);
  return new AcmeProblem({
    kind: 'rejected',
    type: (error?.type ?? '').replace(/^urn:ietf:params:acme:error:/, ''),
    status: 0,
    isAboutProof: true,
    message: `The proof for ${identifier.value} by ${method} was not taken: ${detail}`,
  });
}
