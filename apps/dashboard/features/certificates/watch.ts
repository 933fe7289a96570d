import { covers, decide, type Keeper, openAcme, shareOf } from '@nebula/acme';
import { AppError, DriverError } from '@nebula/errors';
import { type Journal, startRun } from '@nebula/journal';
import type { Context } from '@nebula/runtime';
import { type CertifiedDomain, orderKind } from '../domains/index.ts';
import { certificates } from './contract.ts';
import type { CertificateParts } from './parts.ts';
import { keepSeen, type Seen } from './seeing.ts';
import { type Known, situationOf } from './situation.ts';
import { setWindow, watchOf } from './store.ts';
import { tellOwn } from './telling.ts';

const pageSize = 200;
/** A little less than five minutes, so that every fifth turn looks again. */
const lookAgainMs = 4.75 * 60_000;
/** Domains that are looked at together. */
const atOnce = 8;
/** When an authority says no window, or could not be asked, it is asked again after this. */
const askAgainMs = 6 * 3_600_000;

/** Looks at what every domain shows, starts what is to be done and tells what a person must know. */
export async function watchAll(
  parts: CertificateParts & { journal: Journal },
  context: Context,
): Promise<void> {
  const served = new Set<string>();
  let after: string | null = null;
  for (;;) {
    const page: CertifiedDomain[] = await parts.domains.served(parts.database.sql, after, pageSize);
    for (const { id } of page) served.add(id);
    const due = await dueOf(page, parts);
    for (let at = 0; at < due.length; at += atOnce) {
      await Promise.all(due.slice(at, at + atOnce).map((domain) => watchOne(domain, parts, context)));
      context.signal.throwIfAborted();
    }
    const last = page.at(-1);
    if (page.length < pageSize || last === undefined) break;
    after = last.name;
  }
  parts.board.keep(served);
}

/** Those that were not looked at for a while, or never. */
async function dueOf(
  page: readonly CertifiedDomain[],
  { clock, database }: CertificateParts,
): Promise<CertifiedDomain[]> {
  const known = await watchOf(
    database.sql,
    page.map(({ id }) => id),
  );
  const before = clock.now().getTime() - lookAgainMs;
  return page.filter(({ id }) => (known.get(id)?.watch.seenAt.getTime() ?? 0) <= before);
}

async function watchOne(
  domain: CertifiedDomain,
  parts: CertificateParts & { journal: Journal },
  context: Context,
): Promise<void> {
  const known = await lookAt(domain, parts, context.signal);
  if (known === null) return;
  parts.board.put(known);
  await tellOwn(known, parts);
  const decision = decide(situationOf(known, parts.clock.now()));
  if (decision.act === 'wait') return;
  const { id, name, hostId } = domain;
  const action = certificates.actions[decision.act];
  try {
    if (!(await parts.domains.canOrder(id))) return;
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

/** Sees what a domain shows and keeps it; null when the proxy is away and nothing can be known. */
export async function lookAt(
  domain: CertifiedDomain,
  parts: CertificateParts,
  signal: AbortSignal,
): Promise<Known | null> {
  const { database, domains } = parts;
  const keeper: Keeper = (await domains.kept(database.sql, [domain.id])).get(domain.id)?.keeper ?? 'proxy';
  let seen: Seen;
  let renewalId: string | null = null;
  try {
    const shown = await domains.look(domain.name, signal);
    renewalId = shown.renewalId;
    const isForIt = covers(shown.facts.names, domain.name);
    seen = isForIt ? shown : { facts: null, isMissing: true, why: shown.distrust ?? '' };
  } catch (error) {
    if (!(error instanceof DriverError) || signal.aborted) throw error;
    // Nobody listens, or nobody can be asked: that is the proxy's matter and no certificate helps.
    if (error.kind !== 'rejected') return null;
    seen = { facts: null, isMissing: true, why: error.message };
  }
  await database.transaction((sql) => keepSeen(sql, domain, seen, keeper, parts));
  if (renewalId !== null && keeper !== 'own') await askWindow(domain, renewalId, parts, signal);
  const found = (await watchOf(database.sql, [domain.id])).get(domain.id);
  return { domain, keeper, watch: found?.watch ?? null, certificate: found?.certificate ?? null };
}

/** Asks the authorities when they want it to be renewed, as often as they allow. */
async function askWindow(
  domain: CertifiedDomain,
  renewalId: string,
  { acme, clock, database }: CertificateParts,
  signal: AbortSignal,
): Promise<void> {
  const now = clock.now();
  const found = (await watchOf(database.sql, [domain.id])).get(domain.id);
  const askAt = found?.watch.windowAskAt ?? null;
  if (askAt !== null && askAt > now) return;
  // One that is young is not asked about: authorities answer for each of thousands of certificates.
  if (found?.certificate !== undefined && found.certificate !== null) {
    const { notBefore, notAfter } = found.certificate;
    const life = { notBefore: notBefore.toISOString(), notAfter: notAfter.toISOString() };
    if (askAt === null && shareOf(life, now) < 0.02) return;
  }
  for (const { directory } of acme.authorities) {
    try {
      const client = openAcme({ directory, outbound: acme.outbound, roots: acme.roots });
      const window = await client.renewalWindow(renewalId, now, signal);
      if (window === null) continue;
      await setWindow(database.sql, domain.id, window);
      return;
    } catch (error) {
      if (!(error instanceof DriverError) || signal.aborted) throw error;
    }
  }
  const askAgainAt = new Date(now.getTime() + askAgainMs);
  const { windowStart = null, windowEnd = null } = found?.watch ?? {};
  await setWindow(database.sql, domain.id, { start: windowStart, end: windowEnd, askAgainAt });
}
