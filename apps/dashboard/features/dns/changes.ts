import type { Clock } from '@nebula/clock';
import type { Page } from '@nebula/contract';
import { isRecordType, type RecordType, type Rrset, versionOf, writableRrset } from '@nebula/dns';
import { AppError } from '@nebula/errors';
import type { Journal } from '@nebula/journal';
import type { Context } from '@nebula/runtime';
import type { DnsAccess } from './access.ts';
import { conflictOf, readSide, sideOf, sideVersion } from './change-run.ts';
import { dns as contract, type RecordChange } from './contract.ts';
import { nameDiffers } from './providers.ts';
import { answering, ownName, refusing, zoneName } from './records.ts';
import { recordsTarget, startChange } from './start-change.ts';
import { changeById, type ChangeRow, changesBefore, providerById } from './store.ts';

interface Deps {
  access: DnsAccess;
  journal: Journal;
  clock: Clock;
}

interface Place {
  id: string;
  zone: string;
}

type Started = { runId: string; changeId: string };

/** The verbs that change records; see README. */
export function createChanges({ access, journal, clock }: Deps) {
  /** Reads what is there and refuses when it is not what was seen; the run looks again. */
  async function begin(
    context: Context,
    place: Place,
    key: { name: string; type: RecordType },
    wanted: Rrset | null,
    expected: string,
  ): Promise<Started> {
    const provider = await providerById(context.sql, place.id);
    if (provider === undefined) throw new AppError('NOT_FOUND', 'There is no such DNS provider any more.');
    const { zone } = place;
    const action = contract.actions[wanted === null ? 'remove-records' : 'write-records'];
    const at = { providerId: place.id, zone, ...key };
    const mayAsk = context.can(action.permission);
    const dns = await access.open(context.sql, place.id);
    const found = mayAsk
      ? await answering(() => dns.find(zone, key, { signal: context.signal }))
      : { rrset: null, version: expected };
    return await context.write(action, recordsTarget(at), async (change) => {
      const side = sideOf(wanted);
      const isDone = found.version === versionOf(wanted);
      if (found.version !== expected && !isDone) throw conflictOf({ ...key, wanted: side }, found.rrset);
      const sides = { before: sideOf(found.rrset), after: side };
      change.record(sides);
      const isByHand = dns.capabilities().writes === 'hand';
      const planned = { ...at, ...sides, providerName: provider.name, expected, isByHand };
      return await startChange(change, { journal, clock }, planned, context);
    });
  }

  return {
    async write(
      context: Context,
      params: Place,
      body: { name: string; type: RecordType; ttl: number; values: string[]; expected: string },
    ): Promise<Started> {
      const zone = zoneName(params.zone);
      const name = ownName(body.name, zone, 'body.name');
      const { type, ttl, values } = body;
      const wanted = refusing(
        (field) => `body.${field}`,
        () => writableRrset({ name, type, ttl, values }, zone),
      );
      return await begin(context, { id: params.id, zone }, { name, type }, wanted, body.expected);
    },

    async remove(
      context: Context,
      params: Place,
      body: { name: string; type: RecordType; expected: string; typedName: string },
    ): Promise<Started> {
      const zone = zoneName(params.zone);
      const key = { name: ownName(body.name, zone, 'body.name'), type: body.type };
      if (key.type === 'SOA' || (key.type === 'NS' && key.name === zone)) {
        const message = 'Without these records the zone would be gone.';
        throw new AppError('BAD_INPUT', message, { fields: [{ path: 'body.type', message }] });
      }
      if (ownName(body.typedName, zone, 'body.typedName') !== key.name)
        throw nameDiffers('body.typedName', 'Repeat the name of the records.');
      return await begin(context, { id: params.id, zone }, key, null, body.expected);
    },

    async list(
      context: Context,
      query: {
        limit: number;
        cursor?: string | undefined;
        providerId?: string | undefined;
        zone?: string | undefined;
      },
    ): Promise<Page<RecordChange>> {
      const before = query.cursor === undefined ? null : readCursor(query.cursor);
      const rows = await changesBefore(context.sql, query, before, query.limit + 1);
      const items = rows.slice(0, query.limit);
      const last = items.at(-1);
      const next = rows.length > items.length && last !== undefined ? makeCursor(last) : null;
      return { items: items.map(changeOf), next };
    },

    /** A change that puts the records before another one back, if they are still what that one made of them. */
    async undo(context: Context, id: string): Promise<Started> {
      const row = await changeById(context.sql, id);
      if (row === undefined) throw new AppError('NOT_FOUND', 'There is no such change any more.');
      const { name, type, zone, providerId } = row;
      if (!row.isMade || !isRecordType(type))
        throw new AppError('NOTHING_TO_UNDO', 'This change was not made, or is taken back already.');
      const before = readSide(row.before);
      const wanted = before === null ? null : { name, type, ...before };
      const dns = await access.open(context.sql, providerId);
      const found = await answering(() => dns.find(zone, { name, type }, { signal: context.signal }));
      if (found.version === versionOf(wanted))
        throw new AppError('NOTHING_TO_UNDO', 'What was there before this change is there again already.');
      const expected = sideVersion({ name, type }, row.after);
      return await begin(context, { id: providerId, zone }, { name, type }, wanted, expected);
    },
  };
}

function changeOf({ before, after, createdAt, ...row }: ChangeRow): RecordChange {
  return { ...row, before: readSide(before), after: readSide(after), createdAt: createdAt.toISOString() };
}

function makeCursor({ createdAt, id }: ChangeRow): string {
  return Buffer.from(`${createdAt.toISOString()} ${id}`).toString('base64url');
}

function readCursor(text: string): { at: Date; id: string } {
  const [, instant = '', id = ''] =
    /^(\S+) ([0-9a-f-]{36})$/.exec(Buffer.from(text, 'base64url').toString('utf8')) ?? [];
  const at = new Date(instant);
  if (!Number.isNaN(at.getTime()) && id !== '') return { at, id };
  const message = 'This cursor was not made by this list.';
  throw new AppError('BAD_INPUT', message, { fields: [{ path: 'query.cursor', message }] });
}
