import { nameOrNull } from '@nebula/dns';
import { z } from 'zod';
import { mostAccounts, Username } from './contract-accounts.ts';
import { DomainName, DomainOptions, DomainTarget, Note } from './contract-fields.ts';
import type { Said } from './contract-transfer.ts';
import { said } from './contract-transfer-words.ts';
import type { DomainFields } from './transfer-csv-domains.ts';
import type { Keepers } from './transfer-keepers.ts';

/** What a row says of a domain; what it does not say stays as it is. */
export interface Stated extends MaybeSaid<Omit<DomainFields, 'name' | 'accounts'>> {
  name: string;
  accounts?: StatedAccount[] | undefined;
}

type MaybeSaid<Fields> = { [Field in keyof Fields]?: Fields[Field] | undefined };

/** Who gets in by a password; no file of ours holds passwords, a Caddyfile holds their hashes. */
export interface StatedAccount {
  username: string;
  passwordHash: string | null;
}

/** A row as it was read, before it is held against what is here. */
export interface ReadRow {
  line: number | null;
  name: string;
  /** Null when it cannot become a domain; `why` says so. */
  stated: Stated | null;
  verdict: 'invalid' | 'left' | null;
  /** Of a row without a target: what is known instead. */
  why: Said | null;
  notes: Said[];
}

const Item = z.object({
  name: z.string().max(1000),
  target: DomainTarget.optional(),
  options: DomainOptions.optional(),
  dns: z
    .discriminatedUnion('kind', [
      z.object({
        kind: z.literal('provider'),
        provider: z.string().max(300).optional(),
        providerId: z.string().max(100).optional(),
        zone: z.string().max(300).optional(),
      }),
      z.object({ kind: z.literal('elsewhere') }),
    ])
    .optional(),
  note: Note.optional(),
  followsAddress: z.boolean().optional(),
  accounts: z.array(Username).optional().describe('Usernames; passwords are in no file'),
});

/** A row of which something is wrong. */
export function invalidRow(line: number | null, name: string, why: Said): ReadRow {
  return { line, name: shortName(name), stated: null, verdict: 'invalid', why, notes: [] };
}

/** A row that stays as it is. */
export function leftRow(line: number | null, name: string, why: Said, notes: Said[] = []): ReadRow {
  return { line, name: shortName(name), stated: null, verdict: 'left', why, notes };
}

/** Proves what a file says of a domain. */
export function provenRow(raw: unknown, line: number | null, keepers: Keepers): ReadRow {
  const given = nameIn(raw);
  const item = Item.safeParse(raw);
  if (!item.success) {
    const [issue] = item.error.issues;
    const field = issue?.path.join('.') ?? '';
    return invalidRow(line, given, said('field', { field, message: issue?.message ?? '' }));
  }
  const unknown = unknownPath(raw, item.data);
  if (unknown !== null) {
    return invalidRow(line, given, said('field', { field: unknown, message: 'This is not known here.' }));
  }
  const { dns, accounts, ...rest } = item.data;
  const name = domainName(rest.name);
  if (name === null) return invalidRow(line, given, said('no-name'));
  const trouble = accountsTrouble(accounts ?? []);
  if (trouble !== null) return invalidRow(line, name, trouble);
  const kept = dns === undefined ? undefined : keepers.find(dns, name);
  if (kept !== undefined && 'code' in kept) return invalidRow(line, name, kept);
  const stated: Stated = { ...rest, name, dns: kept, accounts: accounts?.map(withoutHash) };
  return { line, name, stated, verdict: null, why: null, notes: [] };
}

/** A name in the form in which domains have theirs; null for what is none. */
export function domainName(text: string): string | null {
  const name = DomainName.safeParse(nameOrNull(text) ?? '');
  return name.success ? name.data : null;
}

/** What is wrong with the accounts of one site as a whole; null when nothing is. */
export function accountsTrouble(usernames: readonly string[]): Said | null {
  if (usernames.length > mostAccounts)
    return said('accounts-many', { count: String(usernames.length), most: String(mostAccounts) });
  const twice = usernames.find((username, at) => usernames.indexOf(username) < at);
  return twice === undefined ? null : said('account-twice', { name: twice.slice(0, 64) });
}

function withoutHash(username: string): StatedAccount {
  return { username, passwordHash: null };
}

function nameIn(raw: unknown): string {
  return typeof raw === 'object' && raw !== null && 'name' in raw && typeof raw.name === 'string'
    ? raw.name
    : '';
}

/** What a person is shown of a name that may be anything: whole characters, none that a terminal obeys. */
function shortName(text: string): string {
  return text
    .slice(0, 253)
    .toWellFormed()
    .replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}

/** The first place that was given and is not in what was proven of it; it would be lost without a word. */
function unknownPath(given: unknown, proven: unknown): string | null {
  if (typeof given !== 'object' || given === null || typeof proven !== 'object' || proven === null) {
    return null;
  }
  const known = new Map(Object.entries(proven));
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (!known.has(key)) return key.slice(0, 100);
    const inner = unknownPath(value, known.get(key));
    if (inner !== null) return `${key}.${inner}`;
  }
  return null;
}
