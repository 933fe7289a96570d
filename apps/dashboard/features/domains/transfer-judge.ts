import { isDeepStrictEqual } from 'node:util';
import { DomainOptions, DomainTarget } from './contract-fields.ts';
import type { ImportRow, OnConflict } from './contract-transfer.ts';
import { said } from './contract-transfer-words.ts';
import type { DomainRow } from './store.ts';
import type { DomainFields } from './transfer-csv-domains.ts';
import type { Keepers } from './transfer-keepers.ts';
import { mergedOptions } from './transfer-merge.ts';
import type { ReadRow, Stated } from './transfer-stated.ts';
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
  'id' | 'name' | 'target' | 'options' | 'dns' | 'note' | 'followsAddress' | 'status' | 'records'
>;

/**
 * Holds a row against the domain that is here. The verdict does not depend on what is wanted; what is done does.
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
  const isLeftOut = choice?.does === 'leave-out';
  if (present === undefined) {
    if (target === undefined) return nothing('needs-target', { why: read.why ?? said('needs-target') });
    if (isLeftOut) return nothing('new', { why: null });
    const fields = { ...newFields(stated, keepers), target };
    return { row: { ...about, leadsTo, why: null, verdict: 'new', does: 'create' }, fields };
  }
  const here = fieldsOf(present);
  const there: DomainFields = { ...here, ...withoutUndefined(stated) };
  const differences = differencesOf(here, there, keepers);
  if (differences.length === 0) return nothing('same', { why: null });
  if (present.status === 'removing') return nothing('left', { why: said('removing') });
  if (!isDeepStrictEqual(here.dns, there.dns) && keepsKeeper(present)) {
    return nothing('left', { why: said('records-there'), differences });
  }
  const does = isLeftOut ? 'skip' : (choice?.does ?? onConflict);
  const fields = does === 'overwrite' ? there : does === 'merge' ? merged(here, stated) : here;
  const isChange = !isDeepStrictEqual(fields, here);
  return {
    row: {
      ...about,
      leadsTo,
      why: null,
      verdict: 'conflict',
      does: isChange ? 'change' : 'nothing',
      differences,
    },
    fields: isChange ? fields : null,
  };
}

/** What people set of a domain that is here, in today's form. */
export function fieldsOf({ name, target, options, dns, note, followsAddress }: PresentDomain): DomainFields {
  return {
    ...{ name, dns, note, followsAddress },
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
  };
}

function withoutUndefined({ target, options, dns, note, followsAddress }: Stated): Partial<DomainFields> {
  return {
    ...(target === undefined ? {} : { target }),
    ...(options === undefined ? {} : { options }),
    ...(dns === undefined ? {} : { dns }),
    ...(note === undefined ? {} : { note }),
    ...(followsAddress === undefined ? {} : { followsAddress }),
  };
}

function differencesOf(here: DomainFields, there: DomainFields, keepers: Keepers): ImportRow['differences'] {
  const [ours, theirs] = [textsOf(here, keepers), textsOf(there, keepers)];
  return [...new Set([...ours.keys(), ...theirs.keys()])].flatMap((field) => {
    const [one = '', other = ''] = [ours.get(field), theirs.get(field)];
    return one === other ? [] : [{ field, here: cut(one), there: cut(other) }];
  });
}

/** The fields of a domain in the words of a CSV file; options that are as usual are left out. */
function textsOf(
  { target, options, dns, note, followsAddress }: DomainFields,
  keepers: Keepers,
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
    ['follows_address', followsAddress ? 'yes' : 'no'],
  ]);
}

const longestText = 2000;

function cut(text: string): string {
  return text.length > longestText ? `${text.slice(0, longestText).toWellFormed()}…` : text;
}
