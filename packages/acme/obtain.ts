import { createPrivateKey, type X509Certificate } from 'node:crypto';
import type { Clock } from '@nebula/clock';
import type { Database, Sql } from '@nebula/db';
import { DriverError } from '@nebula/errors';
import type { Outbound } from '@nebula/outbound';
import type { Vault } from '@nebula/vault';
import { accountAt, noteFailure, noteSuccess } from './accounts.ts';
import type { Method } from './authorities.ts';
import { type AcmeAccount, type AcmeClient, hostOf, openAcme } from './client.ts';
import { certificatesIn, covers, factsOf, namesOf } from './facts.ts';
import { certificateRequest, makeKey } from './keys.ts';
import { failuresIn, planNext } from './plan-order.ts';
import { AcmeProblem } from './problems.ts';
import { provenOrder } from './prove.ts';
import type { Proof } from './schema.ts';
import {
  findCertificates,
  insertCertificate,
  knownOrders,
  type OrderRow,
  ordersOf,
  updateOrder,
} from './store.ts';
import { takeDown, takeDownIfReached } from './take-down.ts';

/** An authority as the settings name it. */
export interface Authority {
  directory: string;
  email: string | null;
  external: { keyId: string; hmac: string } | null;
  /** Where it gives an account to bind ours to for an address of letters; null where a person must get one. */
  bindingUrl: string | null;
  /** Where the same authority can be tried without its limits; null where it has no such place. */
  staging: string | null;
}

/** What orders are made with. */
export interface AcmeParts {
  authorities: readonly Authority[];
  clock: Clock;
  database: Database;
  outbound: Outbound;
  /** PEM of authorities by which the HTTPS of ACME servers is trusted besides the usual ones. */
  roots: readonly string[];
  vault: Vault;
}

/** Puts a proof where an authority looks for it. Both are idempotent. */
export interface Prover {
  /** Answers once the authority can see it. */
  place(proof: Proof, wait: Waiting): Promise<void>;
  remove(proof: Proof, wait: Waiting): Promise<void>;
}

/** What a piece of waiting is given. */
export interface Waiting {
  signal: AbortSignal;
  progress(message: string): void;
}

/** What is to be obtained. */
export interface Wanted {
  /** The same at every try of one piece of work, and at no other. */
  request: string;
  /** Whose certificate it is, such as the id of a domain. */
  subject: string;
  names: readonly string[];
  /** Ways to prove the names, the better first. */
  methods: readonly Method[];
  /** Called at each boundary; a test that throws there stops the work as a crash would. */
  crash?: (point: string) => void | Promise<void>;
}

/** A certificate that is kept here. */
export interface Obtained {
  certificateId: string;
  directory: string;
  evidence: string[];
}

const pollMs = 1000;
/** Orders that nobody here knows, of which the newest are looked at. */
const mostUnknown = 20;
/** How long an authority may take to issue, or to look at a proof. */
const patienceMs = 10 * 60_000;

/**
 * Obtains a certificate: picks an authority that may be asked, orders, proves the names, and keeps chain and key sealed. What
 * was begun under a request is taken up where it stopped. When one authority fails the next is asked.
 *
 * @throws {DriverError} of the last authority that was asked; `rate-limited` when none may be asked now
 */
export async function obtain(
  wanted: Wanted,
  prover: Prover,
  parts: AcmeParts,
  wait: Waiting,
): Promise<Obtained> {
  const evidence: string[] = [];
  for (;;) {
    const rows = await ordersOf(parts.database.sql, wanted.request);
    const last = rows.at(-1);
    if (last?.state === 'issued' && !last.isRehearsal) {
      await takeDown(last, prover, parts, wait);
      return await kept(last, evidence, parts);
    }
    if (last?.state === 'issued') await takeDown(last, prover, parts, wait);
    const failed = failuresIn(rows);
    if (failed.length >= parts.authorities.length && last?.state === 'failed') {
      throw new DriverError('rejected', last.problem ?? 'No authority issued it.');
    }
    const isUnderWay = last?.state === 'planned' || last?.state === 'open';
    const row = isUnderWay ? last : await planNext(wanted, rows, parts);
    const at = hostOf(row.directory);
    try {
      wait.progress(row.isRehearsal ? `a rehearsal at ${at}` : `asking ${at}`);
      await work(row, isUnderWay, wanted, prover, parts, wait);
      evidence.push(
        row.isRehearsal
          ? `The rehearsal at ${at} went well (${row.method}).`
          : `${at} issued it (${row.method}).`,
      );
    } catch (error) {
      // Interrupted, not failed: the next try takes it up.
      if (wait.signal.aborted || !(error instanceof DriverError)) throw error;
      await fail(row, error, prover, parts, wait);
      evidence.push(`${at}: ${error.message}`);
    }
  }
}

/**
 * Gives the orders of a request up, and takes away what it left at name servers and in the proxy. Idempotent; what cannot be
 * taken away now stays in its row, for {@link takeDown} at another time.
 */
export async function abandon(
  request: string,
  prover: Prover,
  parts: AcmeParts,
  wait: Waiting,
): Promise<void> {
  for (const row of await ordersOf(parts.database.sql, request)) {
    if (row.state === 'planned' || row.state === 'open') {
      await updateOrder(parts.database.sql, row.id, { state: 'dropped', updatedAt: parts.clock.now() });
    }
    await takeDownIfReached(row, prover, parts, wait);
  }
}

/** Brings an order from where it stands to its certificate. */
async function work(
  given: OrderRow,
  isResumed: boolean,
  wanted: Wanted,
  prover: Prover,
  parts: AcmeParts,
  wait: Waiting,
): Promise<void> {
  const { clock, database, outbound, roots, vault } = parts;
  const { sql } = database;
  const { signal } = wait;
  const change = async (more: Partial<OrderRow>) =>
    (await updateOrder(sql, given.id, { ...more, updatedAt: clock.now() })) ?? given;
  const client = openAcme({ directory: given.directory, outbound, roots });
  const account = await accountAt(given.directory, client, parts, signal);
  let row = given;
  if (row.url === null) {
    const lost = isResumed ? await lostOrder(row, client, account, sql, signal) : null;
    const url = lost ?? (await client.newOrder(account, row.names, signal)).url;
    await wanted.crash?.('unrecorded');
    row = await change({ url, state: 'open' });
    await wanted.crash?.('ordered');
  }
  const url = row.url ?? '';
  const order = await provenOrder(
    { client, account, url, signal, clock, pollMs, patienceMs },
    async (proofs) => {
      // One that was placed before we were stopped stays in the row until it is taken away.
      const before = row.proofs.filter((one) => !proofs.some((other) => isSameProof(one, other)));
      row = await change({ proofs: [...before, ...proofs] });
      await wanted.crash?.('intended');
      for (const proof of proofs) await placed(proof, prover, wait);
      await wanted.crash?.('placed');
      wait.progress('the authority looks at the proof');
    },
    row.method,
  );
  await wanted.crash?.('proven');
  const until = clock.now().getTime() + patienceMs;
  for (let current = order; ; current = await client.order(account, url, signal)) {
    if (current.status === 'valid' && current.certificate !== undefined) {
      if (row.sealedKey === null)
        throw new DriverError('rejected', 'The order was finished with another key.');
      const chain = await client.certificate(account, current.certificate, signal);
      proveFit(chain, row.names, vault.open(sealName(row.id), row.sealedKey));
      await change({ chain, state: 'issued' });
      await noteSuccess(given.directory, parts);
      await wanted.crash?.('issued');
      return;
    }
    if (current.status === 'invalid') {
      throw new DriverError('rejected', current.error?.detail ?? 'The authority refuses the order.');
    }
    if (current.status === 'ready') {
      // Kept before it is used: a try that follows must bring the same key.
      if (row.sealedKey === null) row = await change({ sealedKey: vault.seal(sealName(row.id), makeKey()) });
      await wanted.crash?.('keyed');
      const request = certificateRequest(row.names, vault.open(sealName(row.id), row.sealedKey ?? ''));
      await client.finalize(account, current.finalize, request, signal);
      await wanted.crash?.('finalized');
    }
    if (clock.now().getTime() > until) {
      throw new DriverError('unavailable', `${hostOf(row.directory)} does not issue in time.`);
    }
    wait.progress('the authority issues it');
    await clock.sleep(pollMs, signal);
  }
}

function isSameProof(one: Proof, other: Proof): boolean {
  return JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort());
}

async function placed(proof: Proof, prover: Prover, wait: Waiting): Promise<void> {
  try {
    await prover.place(proof, wait);
  } catch (cause) {
    if (!(cause instanceof DriverError) || wait.signal.aborted) throw cause;
    throw new ProofFault(cause.kind, cause.message, { cause });
  }
}

/** A proof could not be placed: nothing is said against the authority. */
class ProofFault extends DriverError {}

/** An order for these names that nobody here knows: its address was lost when we were stopped right after it was made. */
async function lostOrder(
  row: OrderRow,
  client: AcmeClient,
  account: AcmeAccount,
  sql: Sql,
  signal: AbortSignal,
): Promise<string | null> {
  const urls = await client.orders(account, signal);
  const known = await knownOrders(sql, urls);
  const unknown = urls.filter((each) => !known.has(each));
  for (const url of unknown.toReversed().slice(0, mostUnknown)) {
    const order = await client.order(account, url, signal);
    const names = order.identifiers.map(({ value }) => value).toSorted();
    const isOpen = order.status === 'pending' || order.status === 'ready';
    if (isOpen && names.join() === row.names.toSorted().join()) return url;
  }
  return null;
}

function proveFit(chain: string, names: readonly string[], keyPem: string): void {
  const leaf = leafOf(chain);
  const covered = namesOf(leaf);
  if (!leaf.checkPrivateKey(createPrivateKey(keyPem)) || !names.every((name) => covers(covered, name))) {
    throw new DriverError('rejected', 'The authority issued a certificate for another key or other names.');
  }
}

/** The certificate of the server in what an authority answers; each after it can be read too. */
function leafOf(chain: string): X509Certificate {
  try {
    const [leaf] = certificatesIn(chain);
    if (leaf !== undefined) return leaf;
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new DriverError('rejected', `The authority issued no certificate in PEM. ${cause.message}`, {
      cause,
    });
  }
  throw new DriverError('rejected', 'The authority issued no certificate.');
}

async function fail(
  row: OrderRow,
  error: DriverError,
  prover: Prover,
  parts: AcmeParts,
  wait: Waiting,
): Promise<void> {
  const { database, clock } = parts;
  const isProof = error instanceof ProofFault || (error instanceof AcmeProblem && error.isAboutProof);
  if (!isProof) await noteFailure(row.directory, error, parts);
  const problem = error.message.slice(0, 2000);
  const rows = await ordersOf(database.sql, row.request);
  const now = rows.find(({ id }) => id === row.id) ?? row;
  await takeDownIfReached(now, prover, parts, wait);
  await updateOrder(database.sql, row.id, {
    state: 'failed',
    problem,
    fault: isProof ? 'proof' : 'authority',
    updatedAt: clock.now(),
  });
}

/** Keeps the certificate under the id of its order, so that a try that follows keeps the same. */
async function kept(
  row: OrderRow,
  evidence: string[],
  { database, clock, vault }: AcmeParts,
): Promise<Obtained> {
  if (row.chain === null || row.sealedKey === null) throw new TypeError('An issued order has chain and key');
  const facts = factsOf(row.chain);
  if ((await findCertificates(database.sql, [row.id])).length === 0) {
    await insertCertificate(database.sql, {
      ...{ id: row.id, subject: row.subject, source: 'acme', directory: row.directory, chain: row.chain },
      sealedKey: vault.seal(certificateSeal(row.id), vault.open(sealName(row.id), row.sealedKey)),
      notAfter: new Date(facts.notAfter),
      createdAt: clock.now(),
    });
  }
  const told = `${facts.issuer}, serial ${facts.serial}, valid until ${facts.notAfter}.`;
  return { certificateId: row.id, directory: row.directory, evidence: [...evidence, told] };
}

const sealName = (orderId: string) => `acme-order:${orderId}`;

/** Name under which the key of a certificate is sealed. */
export const certificateSeal = (id: string): string => `certificate:${id}`;
