import type { Audit, Finding } from '@nebula/audit';
import type { Clock } from '@nebula/clock';
import type { Database } from '@nebula/db';
import type { Log } from '@nebula/log';
import { type Attention, mattersOf, type OverviewPart } from '@nebula/runtime';
import { auditMatters } from './contract-matters.ts';

interface Deps {
  book: Audit;
  database: Database;
  clock: Clock;
  log: Log;
}

const matter = mattersOf('audit', auditMatters);
const mostShown = 8;
const verifyEveryMs = 6 * 3_600_000;

/** What the audit gives to the overview: the newest entries, and whether somebody meddled with old ones. */
export function auditOverview({ book, database, clock, log }: Deps): OverviewPart {
  let findings: Finding[] = [];
  let verifiedAt = Number.NEGATIVE_INFINITY;

  /** Reads the whole audit, so it is not waited for and done now and then, while somebody looks at the overview. */
  function verifyNowAndThen(): void {
    const now = clock.now().getTime();
    if (now - verifiedAt < verifyEveryMs) return;
    verifiedAt = now;
    book
      .verify(database)
      .then((result) => {
        findings = result.findings;
      })
      .catch((error: unknown) => {
        verifiedAt = Number.NEGATIVE_INFINITY;
        log.warn({ error }, 'the audit could not be verified');
      });
  }

  return {
    needs: 'audit:read',
    async tile(context) {
      const rows = await book.list(context.sql, {}, null, mostShown);
      const entries = rows.map(({ id, at, actor, action, target, outcome }) => {
        return { id, at: at.toISOString(), actor: actor.name, action, target: target.name, outcome };
      });
      return { entries };
    },
    async attention() {
      verifyNowAndThen();
      return ofFindings(findings);
    },
  };
}

/** Meddling is one matter, however many entries it touched. */
export function ofFindings(findings: readonly Finding[]): Attention[] {
  const [first, ...others] = findings;
  if (first === undefined) return [];
  const more = { id: 'audit.findings', severity: 'critical', path: '/audit' } as const;
  return others.length === 0
    ? [matter('finding', { why: first.message }, more)]
    : [matter('findings', { count: findings.length }, more)];
}
