import { type SiteAccount, usernamesOf } from './accounts.ts';
import type { DomainDns, DomainOptions, DomainTarget } from './contract-fields.ts';
import { said } from './contract-transfer-words.ts';
import { type CsvRecord, harmless, plainCell, readCsv, writeCsv } from './transfer-csv.ts';
import type { Keepers } from './transfer-keepers.ts';
import { invalidRow, provenRow, type ReadRow } from './transfer-stated.ts';
import { rawTarget, targetText, unusual } from './transfer-target-text.ts';
import { unreadable } from './transfer-unreadable.ts';

/** Columns of a CSV file of domains, in the order in which they are written. */
export const columns = [
  ...([
    'name',
    'kind',
    'leads_to',
    'options',
    'accounts',
    'dns_provider',
    'dns_zone',
    'follows_address',
    'note',
  ] as const),
];
type Column = (typeof columns)[number];

/** What a person sets of a domain. */
export interface DomainFields {
  name: string;
  target: DomainTarget;
  options: DomainOptions;
  dns: DomainDns;
  note: string;
  followsAddress: boolean;
  accounts: SiteAccount[];
}

/** Begins with the mark by which spreadsheets know that it is UTF-8. */
export const csvHeader = `\ufeff${writeCsv(columns)}`;

/** A domain as a record; what is read from it is the same again. */
export function csvRecord(domain: DomainFields, keepers: Keepers): string {
  const { kind, leadsTo, details } = targetText(domain.target);
  const options = {
    ...unusual(domain.options),
    ...(Object.keys(details).length === 0 ? {} : { target: details }),
  };
  const { dns } = domain;
  const cells: Record<Column, string> = {
    ...{ name: domain.name, kind, leads_to: leadsTo, note: domain.note },
    // Empty says that there are none, as it does of a note.
    accounts: usernamesOf(domain.accounts).join(' '),
    options: Object.keys(options).length === 0 ? '' : JSON.stringify(options),
    dns_provider: dns.kind === 'elsewhere' ? 'elsewhere' : keepers.nameOf(dns.providerId),
    dns_zone: dns.kind === 'elsewhere' ? '' : dns.zone,
    follows_address: domain.followsAddress ? 'yes' : 'no',
  };
  return writeCsv(columns.map((column) => harmless(cells[column])));
}

/** Reads domains from comma-separated values. @throws AppError FILE_UNREADABLE */
export function* readCsvDomains(text: string, keepers: Keepers): Generator<ReadRow | null> {
  let present: Column[] | null = null;
  for (const record of readCsv(text, separatorOf(text))) {
    if (record === null) yield null;
    else if (present === null) present = columnsIn(record);
    else yield rowOf(record, present, keepers);
  }
  if (present === null) throw unreadable('empty', null);
}

/** What stands between the names of the columns stands between all cells. */
function separatorOf(text: string): string {
  const head = text.slice(0, 1000).split(/[\r\n]/)[0] ?? '';
  return [',', ';', '\t'].find((separator) => head.includes(separator)) ?? ',';
}

function columnsIn({ line, cells }: CsvRecord): Column[] {
  const present = cells.map((cell) => {
    const word = cell.trim().toLowerCase();
    const column = columns.find((known) => known === word);
    if (column === undefined && word === '') throw unreadable('no-columns', line);
    if (column === undefined) throw unreadable('column-unknown', line, `“${word.slice(0, 40)}”`);
    return column;
  });
  if (!present.includes('name')) throw unreadable('no-columns', line);
  if (new Set(present).size < present.length) throw unreadable('column-twice', line);
  return present;
}

function rowOf({ line, cells }: CsvRecord, present: readonly Column[], keepers: Keepers): ReadRow {
  const given = new Map(present.map((column, at) => [column, plainCell(cells[at] ?? '')]));
  const name = given.get('name') ?? '';
  if (cells.length !== present.length) {
    const counts = { count: String(cells.length), wanted: String(present.length) };
    return invalidRow(line, name, said('cells', counts));
  }
  const follows = yesOrNo(given.get('follows_address') ?? '');
  if (follows === null) return invalidRow(line, name, said('yes-or-no', { field: 'follows_address' }));
  const options = optionsIn(given.get('options') ?? '');
  if (options === null) return invalidRow(line, name, said('options-json'));
  const { target: details = {}, ...others } = options;
  if (typeof details !== 'object' || details === null) return invalidRow(line, name, said('options-json'));
  const kind = (given.get('kind') ?? '').trim().toLowerCase();
  const leadsTo = given.get('leads_to') ?? '';
  const isSaid = kind !== '' || leadsTo.trim() !== '' || Object.keys(details).length > 0;
  const target = isSaid ? rawTarget(kind, leadsTo, details) : { target: undefined };
  if ('why' in target) return invalidRow(line, name, target.why);
  const raw = {
    ...{ name, ...target, followsAddress: follows },
    ...(given.has('accounts') ? { accounts: wordsIn(given.get('accounts') ?? '') } : {}),
    ...(given.has('options') ? { options: others } : {}),
    ...(given.has('note') ? { note: given.get('note') } : {}),
    dns: keeperIn(given.get('dns_provider') ?? '', given.get('dns_zone') ?? ''),
  };
  return provenRow(raw, line, keepers);
}

function keeperIn(provider: string, zone: string): object | undefined {
  if (zone.trim() === '' && provider === '') return undefined;
  if (zone.trim() === '' && provider.toLowerCase() === 'elsewhere') return { kind: 'elsewhere' };
  return { kind: 'provider', ...(provider === '' ? {} : { provider }), zone: zone.trim() };
}

function wordsIn(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** Undefined where nothing is said, null where it is neither. */
function yesOrNo(text: string): boolean | undefined | null {
  const word = text.trim().toLowerCase();
  if (word === '') return undefined;
  if (['yes', 'true', '1'].includes(word)) return true;
  return ['no', 'false', '0'].includes(word) ? false : null;
}

function optionsIn(text: string): Record<string, unknown> | null {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
