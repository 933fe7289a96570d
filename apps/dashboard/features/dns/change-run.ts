import type { Database } from '@nebula/db';
import {
  absent,
  type Dns,
  DnsConflict,
  InvalidRecord,
  recordTypes,
  type Rrset,
  type RrsetKey,
  versionOf,
} from '@nebula/dns';
import { AppError } from '@nebula/errors';
import { appendEvents } from '@nebula/events';
import { defineRun, type RunDefinition, type Step } from '@nebula/journal';
import { z } from 'zod';
import type { DnsAccess } from './access.ts';
import { dns as contract } from './contract.ts';
import { updateChange } from './store.ts';

/** Kind of the run behind every change of records. */
export const changeKind = 'dns.change-records';

const Wanted = z.object({ ttl: z.number(), values: z.array(z.string()) }).nullable();
const Input = z.object({
  changeId: z.string(),
  providerId: z.string(),
  zone: z.string(),
  name: z.string(),
  type: z.enum(recordTypes),
  wanted: Wanted,
  /** The version that was seen; null writes whatever is there, and keeps its time to live. */
  expected: z.string().nullable(),
  /** Whether a person enters it at the provider, which takes its time. */
  isByHand: z.boolean(),
});
export type ChangeInput = z.infer<typeof Input>;

type Side = z.infer<typeof Wanted>;
type Results = { look: { before: Side }; write: { after: Side; isConfirmed: boolean }; keep: null };

/** The longest limit of a provider is ten minutes; one more turn may be taken before ours. */
const patienceMs = 25 * 60_000;

/** Changes one rrset: looks at it again, writes it when it is still what the person saw, and can put it back. */
export function changeRun({ access, database }: { access: DnsAccess; database: Database }): RunDefinition {
  const open = (input: ChangeInput): Promise<Dns> => access.open(database.sql, input.providerId);
  return defineRun<ChangeInput, Results>({
    kind: changeKind,
    title: 'Change DNS records',
    parse: (input) => Input.parse(input),
    target: ({ providerId, zone, name, type }) => ({
      ...{ type: 'dns-records', id: `${providerId}/${zone}/${name}/${type}`, name: `${name} ${type}` },
    }),
    onConflict: 'refuse',
    cancellable: true,
    steps: (input) => [look(open), write(open, database, input), keep(database)],
  });
}

type Open = (input: ChangeInput) => Promise<Dns>;

function look(open: Open): Step<ChangeInput, Results> {
  return {
    name: 'look',
    title: 'Read what is there now',
    effect: 'idempotent',
    timeout: '2m',
    retry: { max: 5, backoff: '2s' },
    run: async ({ input, signal }) => {
      const { rrset, version } = await (await open(input)).find(input.zone, keyOf(input), { signal });
      const isDone = version === versionOf(rrsetOf(input, input.wanted));
      const isSeen = input.expected === null || version === input.expected;
      if (!isSeen && !isDone) throw conflictOf(input, rrset);
      return { before: sideOf(rrset) };
    },
  };
}

function write(
  open: Open,
  database: Database,
  { isByHand, wanted }: ChangeInput,
): Step<ChangeInput, Results> {
  return {
    name: 'write',
    title: wanted === null ? 'Remove them at the provider' : 'Write them at the provider',
    // Written twice is written once: what is there already is left.
    effect: 'idempotent',
    timeout: isByHand ? '7d' : '1h',
    retry: { max: 5, backoff: '2s' },
    plan: async ({ input, signal }) => {
      const { rrset } = await (await open(input)).find(input.zone, keyOf(input), { signal });
      return [
        { kind: 'write', target: `${input.name} ${input.type}`, before: sideOf(rrset), after: input.wanted },
      ];
    },
    run: async ({ input, memory, signal, progress }) => {
      const { before } = memory.read('look');
      await updateChange(database.sql, input.changeId, { before });
      const dns = await open(input);
      const options = {
        ...{ expected: versionOf(rrsetOf(input, before)), signal, patienceMs },
        tell: (message: string) => progress(null, message),
      };
      const rrset = wantedBeside(input, before);
      const { after, isConfirmed } = await told(input, () =>
        rrset === null
          ? dns.remove(input.zone, keyOf(input), options)
          : dns.upsert(input.zone, rrset, options),
      );
      return { after: sideOf(after), isConfirmed };
    },
    undo: {
      effect: 'idempotent',
      run: async ({ input, memory, signal, progress }) => {
        const known = memory.find('look');
        if (known === undefined) return;
        const dns = await open(input);
        const { version } = await dns.find(input.zone, keyOf(input), { signal });
        const before = rrsetOf(input, known.before);
        if (version === versionOf(before)) return;
        const options = {
          ...{ expected: versionOf(wantedBeside(input, known.before)), signal, patienceMs },
          tell: (message: string) => progress(null, message),
        };
        await told(input, () =>
          before === null
            ? dns.remove(input.zone, keyOf(input), options)
            : dns.upsert(input.zone, before, options),
        );
        await updateChange(database.sql, input.changeId, { isMade: false });
      },
    },
  };
}

function keep(database: Database): Step<ChangeInput, Results> {
  return {
    name: 'keep',
    title: 'Tell everybody',
    effect: 'idempotent',
    timeout: '30s',
    run: async ({ input, memory }) => {
      const { name, access } = contract.events['records-changed'];
      const data = { providerId: input.providerId, zone: input.zone };
      await database.transaction(async (sql) => {
        await updateChange(sql, input.changeId, { isMade: true, after: memory.read('write').after });
        await appendEvents(sql, [{ topic: name, access, data }]);
      });
      return null;
    },
  };
}

/** What a conflict or a refused record is for people and the API. */
async function told<T>(input: ChangeInput, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DnsConflict) throw conflictOf(input, error.found);
    if (error instanceof InvalidRecord) throw new AppError('BAD_INPUT', error.message, { cause: error });
    throw error;
  }
}

/** Somebody else changed the records: both sides, for a person to choose. */
export function conflictOf(
  input: Pick<ChangeInput, 'name' | 'type' | 'wanted'>,
  found: Rrset | null,
): AppError {
  const { name, type, wanted } = input;
  return new AppError(
    'DNS_CONFLICT',
    `The ${type} records of ${name} were changed elsewhere in the meantime; nothing was written.`,
    {
      data: {
        ...{ name, type, foundVersion: versionOf(found), isFound: found !== null, isWanted: wanted !== null },
        ...{ foundTtl: found?.ttl ?? null, foundValues: found?.values ?? [] },
        ...{ wantedTtl: wanted?.ttl ?? null, wantedValues: wanted?.values ?? [] },
      },
    },
  );
}

function keyOf({ name, type }: ChangeInput): RrsetKey {
  return { name, type };
}

function rrsetOf({ name, type }: Pick<ChangeInput, 'name' | 'type'>, side: Side): Rrset | null {
  return side === null ? null : { name, type, ...side };
}

/** What is to be there: who writes whatever stands there leaves how long others keep it. */
function wantedBeside(input: ChangeInput, before: Side): Rrset | null {
  const rrset = rrsetOf(input, input.wanted);
  if (rrset === null || before === null || input.expected !== null) return rrset;
  return { ...rrset, ttl: before.ttl };
}

/** An rrset without its key. */
export function sideOf(rrset: Rrset | null): Side {
  return rrset === null ? null : { ttl: rrset.ttl, values: rrset.values };
}

/** The version of one side of a change. */
export function sideVersion(key: RrsetKey, side: unknown): string {
  const parsed = Wanted.parse(side ?? null);
  return parsed === null ? absent : versionOf({ ...key, ...parsed });
}

/** One side of a stored change. */
export function readSide(side: unknown): Side {
  return Wanted.parse(side ?? null);
}
