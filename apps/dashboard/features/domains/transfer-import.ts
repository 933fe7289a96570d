import { isDeepStrictEqual } from 'node:util';
import { actorName } from '@nebula/auth';
import { newId } from '@nebula/db';
import { AppError } from '@nebula/errors';
import type { Change, Context } from '@nebula/runtime';
import type { z } from 'zod';
import { dns } from '../dns/contract.ts';
import type { DnsAccess } from '../dns/index.ts';
import { usernamesOf } from './accounts.ts';
import { domains } from './contract.ts';
import type { ImportRow, Imported, importDomains } from './contract-transfer.ts';
import type { DomainParts } from './parts.ts';
import { freshDomain, isForRuns, keepsKeeper } from './service.ts';
import {
  type DomainEventRow,
  type DomainReplacement,
  type DomainRow,
  domainsOnHost,
  type HeldDomain,
  holdDomains,
  holdImports,
  insertDomains,
  insertEvents,
  replaceDomains,
} from './store.ts';
import type { DomainFields } from './transfer-csv-domains.ts';
import { fieldsOf, type Judged, judge } from './transfer-judge.ts';
import { type Keepers, readKeepers } from './transfer-keepers.ts';
import { createPace } from './transfer-pace.ts';
import { readSource, type Source } from './transfer-source.ts';

type Input = z.output<typeof importDomains.body>;

/** What an import works with. */
type ImportParts = Pick<DomainParts, 'clock' | 'hostId' | 'naming' | 'proxy'> & { access: DnsAccess };

/** Rows of one statement. */
const batch = 64;
/** Rows whose names and fields before are kept in the audit entry; all of them have events of their own. */
const mostAudited = 200;

/** Reads domains, says what would become of each row and, unless that is all that is wanted, does it in one transaction. */
export async function importInto(context: Context, input: Input, parts: ImportParts): Promise<Imported> {
  // Its rows tell what the zone holds.
  const { access } = dns.endpoints.records;
  if (input.format === 'provider-zone' && !context.can(access)) {
    throw new AppError('FORBIDDEN', `What a zone holds is told to who has the permission ${access}.`);
  }
  const keepers = await readKeepers(parts.access, context.sql);
  const pace = createPace();
  const source = await readSource(input, keepers, parts, pace, context.signal);
  // No transaction waits for this: what is written proves that it still holds.
  const judged = await judgeRows(
    source,
    input,
    keepers,
    (names) => domainsOnHost(context.sql, parts.hostId, names),
    () => pace.rest(),
  );
  if (input.isDryRun) return answer(source, judged, false);
  const target = { type: 'domains', id: 'import', name: `${source.rows.length} rows`, hostId: parts.hostId };
  return await context.write(domains.actions.import, target, async (change) => {
    if (!input.leavesOutInvalid) refuseInvalid(judged);
    await holdImports(change.sql);
    await writeAll(change, context, judged, parts, () => pace.rest());
    const done = answer(source, judged, true);
    const touched = judged.filter(({ fields }) => fields !== null);
    change.record({
      before: touched
        .slice(0, mostAudited)
        .flatMap(({ before }) => (before === null ? [] : [audited(before)])),
      after: {
        ...{ format: done.format, counts: done.counts, created: done.created, changed: done.changed },
        onConflict: input.onConflict,
        first: touched
          .slice(0, mostAudited)
          .flatMap(({ fields }) => (fields === null ? [] : [audited(fields)])),
      },
    });
    change.emit(domains.events.imported, { created: done.created, changed: done.changed });
    return done;
  });
}

/** What the audit keeps of a domain: what people set, but no hash of a password. */
function audited(domain: Parameters<typeof fieldsOf>[0]) {
  const { accounts, ...fields } = fieldsOf(domain);
  return { ...fields, accounts: usernamesOf(accounts) };
}

interface JudgedRow extends Judged {
  row: ImportRow;
  before: DomainRow | null;
}

async function judgeRows(
  source: Source,
  input: Input,
  keepers: Keepers,
  find: (names: readonly string[]) => Promise<Map<string, DomainRow>>,
  rest: () => Promise<void>,
): Promise<JudgedRow[]> {
  const choices = new Map(input.choices.map((choice) => [choice.name, choice]));
  const judged: JudgedRow[] = [];
  for (let from = 0; from < source.rows.length; from += batch) {
    const part = source.rows.slice(from, from + batch);
    const here = await find(part.flatMap(({ stated }) => (stated === null ? [] : [stated.name])));
    for (const [at, read] of part.entries()) {
      await rest();
      const present = read.stated === null ? undefined : here.get(read.stated.name);
      const wish = { onConflict: input.onConflict, choice: choices.get(read.name) };
      const { row, fields } = judge(read, present, wish, { keepers, keepsKeeper });
      judged.push({ row: { row: from + at + 1, ...row }, fields, before: present ?? null });
    }
  }
  return judged;
}

function refuseInvalid(judged: readonly JudgedRow[]): void {
  const invalid = judged.filter(({ row }) => row.verdict === 'invalid');
  if (invalid.length === 0) return;
  throw new AppError(
    'ROWS_INVALID',
    invalid.length === 1
      ? 'One row is invalid, so nothing was imported.'
      : `${invalid.length} rows are invalid, so nothing was imported.`,
    {
      fields: invalid.slice(0, 50).map(({ row: { row, line, why } }) => ({
        path: `body.text:${line ?? row}`,
        message: why?.sentence ?? '',
      })),
    },
  );
}

/**
 * Writes what was judged, where it still holds; ids of what is made go into the rows.
 *
 * @throws AppError CHANGED_MEANWHILE when a domain is not what it was when it was judged
 */
async function writeAll(
  change: Change,
  context: Context,
  judged: readonly JudgedRow[],
  { clock, hostId }: ImportParts,
  rest: () => Promise<void>,
): Promise<void> {
  const now = clock.now();
  const actor = actorName(context.actor);
  const touched = judged.filter(({ fields }) => fields !== null);
  for (let from = 0; from < touched.length; from += batch) {
    await rest();
    const part = touched.slice(from, from + batch);
    const held = await holdDomains(
      change.sql,
      part.flatMap(({ before }) => (before === null ? [] : [before.id])),
    );
    const created: DomainRow[] = [];
    const replaced: DomainReplacement[] = [];
    const events: DomainEventRow[] = [];
    for (const { row, fields, before } of part) {
      if (fields === null) continue;
      if (before === null) {
        const made: DomainRow = { ...freshDomain(hostId, now), ...fields };
        created.push(made);
        row.id = made.id;
      } else {
        const { name: _name, ...rest } = fields;
        const present = held.get(before.id);
        if (present === undefined || !stillHolds(before, present, fields))
          throw changedMeanwhile(before.name);
        const changes = Object.fromEntries(row.differences.map(({ field }) => [runField(field), true]));
        const isChanged = present.isChanged || (present.status !== 'new' && isForRuns(changes));
        replaced.push({ ...rest, id: before.id, isChanged });
      }
      const summary =
        before === null
          ? `${fields.name} was imported.`
          : `${row.differences.map(({ field }) => field).join(', ')} changed by an import.`;
      const kind = before === null ? 'created' : 'changed';
      const domainId = row.id ?? '';
      events.push({ id: newId(), domainId, name: fields.name, at: now, kind, summary, actor, runId: null });
    }
    if ((await insertDomains(change.sql, created)) < created.length) {
      throw new AppError(
        'CHANGED_MEANWHILE',
        'Somebody added one of these domains in the meantime. Look again.',
      );
    }
    await replaceDomains(change.sql, replaced, now);
    await insertEvents(change.sql, events);
  }
}

/** Whether what was judged of a domain is so of what it is now: people changed nothing, and runs nothing that matters. */
function stillHolds(before: DomainRow, now: HeldDomain, fields: DomainFields): boolean {
  if (now.version !== before.version || now.status === 'removing') return false;
  return isDeepStrictEqual(fields.dns, before.dns) || !keepsKeeper(now);
}

function changedMeanwhile(name: string): AppError {
  return new AppError(
    'CHANGED_MEANWHILE',
    `${name} was changed or removed in the meantime, so nothing was imported. Look again.`,
  );
}

/** The field of a domain behind a difference. */
function runField(field: string): string {
  if (field === 'leads_to') return 'target';
  if (field === 'follows_address') return 'followsAddress';
  return field.split('.')[0] ?? field;
}

function answer({ format, notes }: Source, judged: readonly JudgedRow[], isDone: boolean): Imported {
  const counts: Imported['counts'] = { new: 0, same: 0, conflict: 0, invalid: 0, 'needs-target': 0, left: 0 };
  let created = 0;
  let changed = 0;
  for (const { row } of judged) {
    counts[row.verdict] += 1;
    if (row.does === 'create') created += 1;
    if (row.does === 'change') changed += 1;
  }
  return { format, isDone, counts, created, changed, notes, rows: judged.map(({ row }) => row) };
}
