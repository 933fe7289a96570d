import { type AcmeClient, covers, decide, openAcme, shareOf } from '@nebula/acme';
import { AppError, DriverError } from '@nebula/errors';
import { type Journal, startRun } from '@nebula/journal';
import type { Context } from '@nebula/runtime';
import type { CertifiedDomain } from '../domains/index.ts';
import { certificates } from './contract.ts';
import { knownOf } from './known.ts';
import { orderKind } from './order-run.ts';
import type { CertificateParts } from './parts.ts';
import { keepSeen, type Seen } from './seeing.ts';
import { type Known, lifeOf, situationOf } from './situation.ts';
import { setWindow } from './store.ts';
import { tellOwn } from './telling.ts';

const pageSize = 200;
/** A little less than five minutes, so that every fifth turn looks again. */
const lookAgainMs = 4.75 * 60_000;
/** Domains that are looked at together. */
const atOnce = 8;
/** When an authority says no window, or could not be asked, it is asked again after this. */
const askAgainMs = 6 * 3_600_000;
/** Authorities answer for each of thousands of certificates, so they are not asked about one that is younger. */
const leastShare = 0.02;

/** What looks of one turn share: each authority tells its directory once. */
export interface Turn {
  authority(directory: string): AcmeClient;
  signal: AbortSignal;
}

/** Begins a turn of looks. */
export function turnOf({ acme: { outbound, roots } }: CertificateParts, signal: AbortSignal): Turn {
  const opened = new Map<string, AcmeClient>();
  return {
    signal,
    authority(directory) {
      const known = opened.get(directory) ?? openAcme({ directory, outbound, roots });
      opened.set(directory, known);
      return known;
    },
  };
}

/** Looks at what every domain shows, starts what is to be done and tells what a person must know. */
export async function watchAll(
  parts: CertificateParts & { journal: Journal },
  context: Context,
): Promise<void> {
  const { clock, database, domains } = parts;
  const turn = turnOf(parts, context.signal);
  const served = new Set<string>();
  let after: string | null = null;
  for (;;) {
    const page: CertifiedDomain[] = await domains.served(database.sql, after, pageSize);
    for (const { id } of page) served.add(id);
    // Those that were not looked at for a while, or never.
    const before = clock.now().getTime() - lookAgainMs;
    const known = await knownOf(database.sql, page, parts);
    const due = known.filter(({ watch }) => (watch?.seenAt.getTime() ?? 0) <= before);
    for (let at = 0; at < due.length; at += atOnce) {
      await Promise.all(due.slice(at, at + atOnce).map((one) => watchOne(one, parts, context, turn)));
      context.signal.throwIfAborted();
    }
    const last = page.at(-1);
    if (page.length < pageSize || last === undefined) break;
    after = last.name;
  }
  parts.board.keep(served);
}

async function watchOne(
  before: Known,
  parts: CertificateParts & { journal: Journal },
  context: Context,
  turn: Turn,
): Promise<void> {
  let known: Known;
  try {
    known = await lookAt(before, parts, turn);
  } catch (error) {
    if (!(error instanceof DriverError) || turn.signal.aborted) throw error;
    // Nobody listens, or nobody can be asked: that is the proxy's matter and no certificate helps.
    parts.log.debug({ error, domain: before.domain.name }, 'what the domain shows could not be seen');
    return;
  }
  parts.board.put(known);
  await tellOwn(known, parts);
  const decision = decide(situationOf(known, parts.clock.now()));
  if (decision.act === 'wait') return;
  const { id, name, hostId } = known.domain;
  const action = certificates.actions[decision.act];
  try {
    if (!(await parts.domains.canOrder(id, turn.signal))) return;
    await context.write(action, { type: 'domain', id, name, hostId }, async (change) => {
      const input = { id, name, hostId, actor: 'NebulaCommand' };
      change.emit(certificates.events.changed, { id });
      change.record({ after: { why: decision.why } });
      await startRun(parts.journal, context, change, orderKind, input);
    });
  } catch (error) {
    // A run of this domain is under way, or it goes: the next look finds what is left to do.
    const isBusy = error instanceof AppError && ['TARGET_BUSY', 'NOT_FOUND'].includes(error.code);
    if (!isBusy) throw error;
  }
}

/**
 * Sees what a domain shows, and keeps it.
 *
 * @param before what was known of it
 * @throws {DriverError} when the proxy is away and nothing can be known
 */
export async function lookAt(before: Known, parts: CertificateParts, turn: Turn): Promise<Known> {
  const { database, domains } = parts;
  const { domain } = before;
  // A run may have changed who keeps it since the page was read.
  const keeper = (await domains.kept(database.sql, [domain.id])).get(domain.id)?.keeper ?? 'proxy';
  let seen: Seen = null;
  let renewalId: string | null = null;
  try {
    const shown = await domains.look(domain.name, turn.signal);
    renewalId = shown.renewalId;
    if (covers(shown.facts.names, domain.name)) seen = shown;
  } catch (error) {
    if (!(error instanceof DriverError) || error.kind !== 'rejected') throw error;
  }
  const known = await database.transaction((sql) => keepSeen(sql, { ...before, keeper }, seen, parts));
  return renewalId === null || keeper === 'own' ? known : await askWindow(known, renewalId, parts, turn);
}

/** Asks the authorities when they want it to be renewed, as often as they allow. */
async function askWindow(
  known: Known,
  renewalId: string,
  { acme, clock, database, log }: CertificateParts,
  turn: Turn,
): Promise<Known> {
  const { domain, watch, certificate } = known;
  const now = clock.now();
  const askAt = watch?.windowAskAt ?? null;
  if (askAt !== null && askAt > now) return known;
  if (askAt === null && certificate !== null && shareOf(lifeOf(certificate), now) < leastShare) return known;
  const { windowStart = null, windowEnd = null } = watch ?? {};
  let window: Parameters<typeof setWindow>[2] = {
    ...{ start: windowStart, end: windowEnd },
    askAgainAt: new Date(now.getTime() + askAgainMs),
  };
  for (const { directory } of acme.authorities) {
    try {
      const told = await turn.authority(directory).renewalWindow(renewalId, now, turn.signal);
      if (told === null) continue;
      window = told;
      break;
    } catch (error) {
      if (!(error instanceof DriverError) || turn.signal.aborted) throw error;
      log.debug({ error, directory, domain: domain.name }, 'an authority did not tell its window');
    }
  }
  return { ...known, watch: (await setWindow(database.sql, domain.id, window)) ?? watch };
}
