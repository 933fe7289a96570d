import { isDeepStrictEqual } from 'node:util';
import { hidesHashes, lockedHash, type SiteAccount, usernamesOf } from './accounts.ts';
import { DomainOptions, DomainTarget } from './contract-fields.ts';
import type { ImportRow, OnConflict, Said } from './contract-transfer.ts';
import { said } from './contract-transfer-words.ts';
import type { DomainRow } from './store.ts';
import type { DomainFields } from './transfer-csv-domains.ts';
import type { Keepers } from './transfer-keepers.ts';
import { mergedAccounts, mergedOptions, statedAccounts } from './transfer-merge.ts';
import { accountsTrouble, type ReadRow, type Stated } from './transfer-stated.ts';
import { targetText, unusual } from './transfer-target-text.ts';

/** What is wanted of a row. */
export interface Wish {
  onConflict: OnConflict;
  choice:
    | { does?: 'leave-out' | 'overwrite' | 'merge' | undefined; target?: DomainTarget | undefined }
    | undefined;
}

/** What becomes of a row: what is told, and the fields that are written. */
export interface Judged {
  row: Omit<ImportRow, 'row'>;
  fields: DomainFields | null;
}

/** A domain that is here, as far as it matters. */
export type PresentDomain = Pick<
  DomainRow,
  'id' | 'name' | 'target' | 'options' | 'dns' | 'note' | 'followsAddress' | 'status' | 'records' | 'accounts'
>;

/**
 * Holds a row against the domain that is here. The verdict does not depend on what is wanted, unless that cannot
 * be; what is done does.
 *
 * @param keepsKeeper whether the records of a domain that is here must stay where they are kept
 */
export function judge(
  read: ReadRow,
  present: PresentDomain | undefined,
  { onConflict, choice }: Wish,
  { keepers, keepsKeeper }: { keepers: Keepers; keepsKeeper: (domain: PresentDomain) => boolean },
): Judged {
  const { line, name, stated, notes } = read;
  const about = { line, name, notes, differences: [], id: present?.id ?? null, why: read.why };
  const target = stated?.target ?? (present === undefined ? choice?.target : undefined);
  const leadsTo = target === undefined ? '' : targetText(target).leadsTo;
  const nothing = (verdict: ImportRow['verdict'], more: Partial<ImportRow> = {}): Judged => ({
    row: { ...about, leadsTo, verdict, does: 'nothing', ...more },
    fields: null,
  });
  if (stated === null) return nothing(read.verdict ?? 'invalid');
  if (hidesHashes(stated.options)) return nothing('invalid', { why: said('hash-hidden') });
  const isLeftOut = choice?.does === 'leave-out';
  if (present === undefined) {
    if (target === undefined) return nothing('needs-target', { why: read.why ?? said('needs-target') });
    if (isLeftOut) return nothing('new', { why: null });
    const fields = { ...newFields(stated, keepers), target };
    const told = withLocked(notes, fields.accounts, []);
    return { row: { ...about, leadsTo, why: null, notes: told, verdict: 'new', does: 'create' }, fields };
  }
  const here = fieldsOf(present);
  const there: DomainFields = { ...here, ...withoutUndefined(stated, here) };
  const differences = differencesOf(here, there, keepers);
  if (differences.length === 0) return nothing('same', { why: null });
  if (present.status === 'removing') return nothing('left', { why: said('removing') });
  if (!isDeepStrictEqual(here.dns, there.dns) && keepsKeeper(present)) {
    return nothing('left', { why: said('records-there'), differences });
  }
  const does = isLeftOut ? 'skip' : (choice?.does ?? onConflict);
  const fields = does === 'overwrite' ? there : does === 'merge' ? merged(here, stated) : here;
  const trouble = accountsTrouble(usernamesOf(fields.accounts));
  if (trouble !== null) return nothing('invalid', { why: trouble, differences });
  const isChange = !isDeepStrictEqual(fields, here);
  return {
    row: {
      ...about,
      ...{ leadsTo, why: null, verdict: 'conflict' },
      notes: withLocked(notes, fields.accounts, here.accounts),
      does: isChange ? 'change' : 'nothing',
      differences,
    },
    fields: isChange ? fields : null,
  };
}

/** What people set of a domain that is here, in today's form. */
export function fieldsOf(present: Omit<PresentDomain, 'id' | 'status' | 'records'>): DomainFields {
  const { name, target, options, dns, note, followsAddress, accounts } = present;
  return {
    ...{ name, dns, note, followsAddress, accounts: statedAccounts([], accounts) },
    target: DomainTarget.parse(target),
    options: DomainOptions.parse(options),
  };
}

function newFields(stated: Stated, keepers: Keepers) {
  return {
    name: stated.name,
    options: stated.options ?? DomainOptions.parse({}),
    dns: stated.dns ?? keepers.guess(stated.name),
    note: stated.note ?? '',
    followsAddress: stated.followsAddress ?? true,
    accounts: statedAccounts([], stated.accounts ?? []),
  };
}

/** What the row says where it says something; what it leaves empty stays as it is. */
function merged(here: DomainFields, stated: Stated): DomainFields {
  return {
    name: here.name,
    target: stated.target ?? here.target,
    options: stated.options === undefined ? here.options : mergedOptions(here.options, stated.options),
    dns: stated.dns ?? here.dns,
    note: stated.note === undefined || stated.note === '' ? here.note : stated.note,
    followsAddress: stated.followsAddress ?? here.followsAddress,
    accounts: mergedAccounts(here.accounts, stated.accounts ?? []),
  };
}

function withoutUndefined(
  { target, options, dns, note, followsAddress, accounts }: Stated,
  here: DomainFields,
): Partial<DomainFields> {
  return {
    ...(target === undefined ? {} : { target }),
    ...(options === undefined ? {} : { options }),
    ...(dns === undefined ? {} : { dns }),
    ...(note === undefined ? {} : { note }),
    ...(followsAddress === undefined ? {} : { followsAddress }),
    ...(accounts === undefined ? {} : { accounts: statedAccounts(here.accounts, accounts) }),
  };
}

/** Tells of accounts that this import locks, since their passwords are in no file. */
function withLocked(
  notes: readonly Said[],
  accounts: readonly SiteAccount[],
  here: readonly SiteAccount[],
): Said[] {
  const known = new Set(usernamesOf(here));
  const locked = accounts.filter(
    ({ username, passwordHash }) => passwordHash === lockedHash && !known.has(username),
  );
  if (locked.length === 0) return [...notes];
  return [...notes, said('accounts-locked', { names: usernamesOf(locked).join(', ') })];
}

function differencesOf(here: DomainFields, there: DomainFields, keepers: Keepers): ImportRow['differences'] {
  const [ours, theirs] = [textsOf(here, keepers, here), textsOf(there, keepers, here)];
  return [...new Set([...ours.keys(), ...theirs.keys()])].flatMap((field) => {
    const [one = '', other = ''] = [ours.get(field), theirs.get(field)];
    return one === other ? [] : [{ field, here: cut(one), there: cut(other) }];
  });
}

/** The fields of a domain in the words of a CSV file; options that are as usual are left out. */
function textsOf(
  { target, options, dns, note, followsAddress, accounts }: DomainFields,
  keepers: Keepers,
  here: DomainFields,
): Map<string, string> {
  const { kind, leadsTo, details } = targetText(target);
  const more = Object.keys(details).length === 0 ? '' : ` ${JSON.stringify(details)}`;
  return new Map([
    ['leads_to', `${kind} ${leadsTo}${more}`],
    ...Object.entries(unusual(options)).map(
      ([key, value]) =>
        [`options.${key}`, typeof value === 'string' ? value : JSON.stringify(value)] as const,
    ),
    ['dns', dns.kind === 'elsewhere' ? 'elsewhere' : `${keepers.nameOf(dns.providerId)} ${dns.zone}`],
    ['note', note],
    ['accounts', accounts.map((account) => accountText(account, here.accounts)).join(', ')],
    ['follows_address', followsAddress ? 'yes' : 'no'],
  ]);
}

/** A username, marked where its password is not the one that it has here. */
function accountText({ username, passwordHash }: SiteAccount, here: readonly SiteAccount[]): string {
  const known = here.find((account) => account.username === username);
  return known === undefined || known.passwordHash === passwordHash ? username : `${username}*`;
}

const longestText = 2000;

function cut(text: string): string {
  return text.length > longestText ? `${text.slice(0, longestText).toWellFormed()}…` : text;
}
