import type { Method, Proof, Prover, Waiting } from '@nebula/acme';
import { absent, type Dns, DnsConflict, propagationOf } from '@nebula/dns';
import { DriverError } from '@nebula/errors';
import { proveAnswers } from './applier.ts';
import { addAnswer, removeAnswer } from './held-store.ts';
import type { DomainParts } from './parts.ts';
import { accountOf } from './records.ts';
import type { DomainRow } from './store.ts';

const pollMs = 1000;
const visibleWithinMs = 10 * 60_000;
/** Longest wait for a limit of the provider. */
const patienceMs = 15 * 60_000;
const mostConflicts = 5;
const wishedTtl = 60;

/** The ways in which a domain's name can be proven to an authority, the better first. */
export async function methodsOf(row: DomainRow, parts: DomainParts): Promise<Method[]> {
  const account = await accountOf(row, parts);
  const { types = [], writes } = account?.dns.capabilities() ?? {};
  const byDns = types.includes('TXT') && writes !== 'hand';
  return [
    ...(byDns ? (['dns-01'] as const) : []),
    ...(row.name.startsWith('*.') ? [] : (['http-01'] as const)),
  ];
}

/** Places proofs for a domain: as records of its zone, or as answers of the reverse proxy. */
export function proverOf(row: DomainRow, parts: DomainParts): Prover {
  return {
    place: (proof, wait) =>
      proof.kind === 'dns-01' ? placeRecord(row, proof, parts, wait) : placeAnswer(row, proof, parts, wait),
    async remove(proof, { signal, progress }) {
      if (proof.kind === 'http-01') {
        await removeAnswer(parts.database.sql, row.id, proof.token, parts.clock.now());
        await parts.applier.apply(signal);
        return;
      }
      await changeRecord(row, proof, parts, { signal, progress }, (values) =>
        values.filter((value) => value !== proof.value),
      );
    },
  };
}

type RecordProof = Extract<Proof, { kind: 'dns-01' }>;
type AnswerProof = Extract<Proof, { kind: 'http-01' }>;

async function placeRecord(
  row: DomainRow,
  proof: RecordProof,
  parts: DomainParts,
  wait: Waiting,
): Promise<void> {
  await changeRecord(row, proof, parts, wait, (values) =>
    values.includes(proof.value) ? values : [...values, proof.value],
  );
  const resolver = parts.naming.resolver();
  const until = parts.clock.now().getTime() + visibleWithinMs;
  for (;;) {
    const wanted = { name: proof.name, type: 'TXT' as const, values: [proof.value] };
    const { views } = await propagationOf(resolver, wanted, { signal: wait.signal });
    const lagging = views.filter(
      ({ role, values }) => role === 'authoritative' && !values.includes(proof.value),
    );
    if (lagging.length === 0) return;
    const servers = lagging.map(({ server }) => server).join(', ');
    if (parts.clock.now().getTime() > until) {
      throw new DriverError('unavailable', `${servers} did not show the proof at ${proof.name} in time.`);
    }
    wait.progress(`${proof.name} is not yet shown by ${servers}`);
    await parts.clock.sleep(pollMs, wait.signal);
  }
}

/** Changes the texts at the name of a proof, and leaves those that others put there. */
async function changeRecord(
  row: DomainRow,
  { name }: RecordProof,
  parts: DomainParts,
  wait: Waiting,
  change: (values: string[]) => string[],
): Promise<void> {
  const account = await accountOf(row, parts);
  if (account === null)
    throw new DriverError('unsupported', `Nobody here writes the records of ${row.name}.`);
  const { dns, zone } = account;
  const key = { name, type: 'TXT' as const };
  for (let conflicts = 0; ; conflicts += 1) {
    const { rrset, version } = await dns.find(zone, key, { signal: wait.signal });
    const before = rrset?.values ?? [];
    const after = change(before);
    if (after.length === before.length) return;
    const options = {
      ...{ expected: version, patienceMs, signal: wait.signal },
      tell: (message: string) => wait.progress(message),
    };
    try {
      if (after.length === 0) await dns.remove(zone, key, options);
      else await dns.upsert(zone, { ...key, ttl: rrset?.ttl ?? ttlFor(dns), values: after }, options);
      return;
    } catch (error) {
      // Another proof at the same name, such as that of the wildcard beside it.
      if (!(error instanceof DnsConflict) || conflicts >= mostConflicts) throw error;
      if (after.length === 0 && error.version === absent) return;
    }
  }
}

function ttlFor(dns: Dns): number {
  const { minimumTtl, maximumTtl } = dns.capabilities();
  return Math.min(Math.max(wishedTtl, minimumTtl), maximumTtl);
}

async function placeAnswer(
  row: DomainRow,
  { token, text }: AnswerProof,
  parts: DomainParts,
  { signal }: Waiting,
): Promise<void> {
  await addAnswer(parts.database.sql, row.id, { token, text }, parts.clock.now());
  proveAnswers(await parts.applier.apply(signal), row.id);
}
