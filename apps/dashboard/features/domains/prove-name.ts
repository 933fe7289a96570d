import type { Method, Proof, Prover, Waiting } from '@nebula/acme';
import { absent, type Dns, DnsConflict, propagationOf } from '@nebula/dns';
import { DriverError } from '@nebula/errors';
import { proveAnswers } from './applier.ts';
import { addAnswer, removeAnswer } from './held-store.ts';
import type { DomainParts } from './parts.ts';
import { placeOf, writerOf } from './prove-place.ts';
import type { DomainRow } from './store.ts';

const pollMs = 1000;
const visibleWithinMs = 10 * 60_000;
/** Longest wait for a limit of the provider. */
const patienceMs = 15 * 60_000;
const mostConflicts = 5;
const wishedTtl = 60;

/** The ways in which a domain's name can be proven to an authority, the better first; and why not by DNS, where that is so. */
export async function waysOf(
  row: DomainRow,
  parts: DomainParts,
  signal: AbortSignal,
): Promise<{ methods: Method[]; lack: string | null }> {
  const lack = await lackOf(row, parts, signal);
  const methods: Method[] = [
    ...(lack === null ? (['dns-01'] as const) : []),
    ...(row.name.startsWith('*.') ? [] : (['http-01'] as const)),
  ];
  return { methods, lack };
}

/** Why no text can be written where authorities look for the proof of a name; null when one can. */
async function lackOf(row: DomainRow, parts: DomainParts, signal: AbortSignal): Promise<string | null> {
  const name = `_acme-challenge.${row.name.replace(/^\*\./, '')}`;
  try {
    const place = await placeOf(row, name, parts, signal);
    if ('lack' in place) return place.lack;
    return takesTexts(place.dns) ? null : `The DNS provider of ${place.zone} takes no texts from here.`;
  } catch (error) {
    if (!(error instanceof DriverError) || signal.aborted) throw error;
    // A provider that is away just now may be there when the proof is placed, and is told of then.
    const writer = await writerOf(row, parts);
    return writer !== null && takesTexts(writer.dns) ? null : error.message;
  }
}

function takesTexts(dns: Dns): boolean {
  const { types, writes } = dns.capabilities();
  return types.includes('TXT') && writes !== 'hand';
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
  const name = await changeRecord(row, proof, parts, wait, (values) =>
    values.includes(proof.value) ? values : [...values, proof.value],
  );
  const resolver = parts.naming.resolver();
  const until = parts.clock.now().getTime() + visibleWithinMs;
  for (;;) {
    const wanted = { name, type: 'TXT' as const, values: [proof.value] };
    const { views } = await propagationOf(resolver, wanted, { signal: wait.signal });
    const lagging = views.filter(
      ({ role, values }) => role === 'authoritative' && !values.includes(proof.value),
    );
    if (lagging.length === 0) return;
    const servers = lagging.map(({ server }) => server).join(', ');
    if (parts.clock.now().getTime() > until) {
      throw new DriverError('unavailable', `${servers} did not show the proof at ${name} in time.`);
    }
    wait.progress(`${name} is not yet shown by ${servers}`);
    await parts.clock.sleep(pollMs, wait.signal);
  }
}

/** Changes the texts where a proof is looked for, and leaves those that others put there; answers the name that has them. */
async function changeRecord(
  row: DomainRow,
  proof: RecordProof,
  parts: DomainParts,
  wait: Waiting,
  change: (values: string[]) => string[],
): Promise<string> {
  const place = await placeOf(row, proof.name, parts, wait.signal);
  if ('lack' in place) throw new DriverError('unsupported', place.lack);
  const { dns, zone, name } = place;
  const key = { name, type: 'TXT' as const };
  for (let conflicts = 0; ; conflicts += 1) {
    const { rrset, version } = await dns.find(zone, key, { signal: wait.signal });
    const before = rrset?.values ?? [];
    const after = change(before);
    if (after.length === before.length) return name;
    const options = {
      ...{ expected: version, patienceMs, signal: wait.signal },
      tell: (message: string) => wait.progress(message),
    };
    try {
      if (after.length === 0) await dns.remove(zone, key, options);
      else await dns.upsert(zone, { ...key, ttl: rrset?.ttl ?? ttlFor(dns), values: after }, options);
      return name;
    } catch (error) {
      // Another proof at the same name, such as that of the wildcard beside it.
      if (!(error instanceof DnsConflict) || conflicts >= mostConflicts) throw error;
      if (after.length === 0 && error.version === absent) return name;
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
  { signal, progress }: Waiting,
): Promise<void> {
  await addAnswer(parts.database.sql, row.id, { token, text }, parts.clock.now());
  proveAnswers(await parts.applier.apply(signal, { tell: progress }), row.id);
}
