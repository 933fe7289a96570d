import { readZoneFile } from '@nebula/dns';
import { AppError, DriverError } from '@nebula/errors';
import { type ImportFormat, mostRows, type Said } from './contract-transfer.ts';
import { said } from './contract-transfer-words.ts';
import type { DomainParts } from './parts.ts';
import { notesOf, readSites } from './transfer-caddyfile-domains.ts';
import { readCsvDomains } from './transfer-csv-domains.ts';
import { guessFormat } from './transfer-guess.ts';
import { readJsonDomains } from './transfer-json-domains.ts';
import type { Keepers } from './transfer-keepers.ts';
import type { Pace } from './transfer-pace.ts';
import { invalidRow, type ReadRow } from './transfer-stated.ts';
import { tooManyRows, unreadable } from './transfer-unreadable.ts';
import { entriesOf, readZoneEntries } from './transfer-zone-domains.ts';

/** What an import reads. */
export interface SourceInput {
  text?: string | undefined;
  format?: ImportFormat | undefined;
  providerId?: string | undefined;
  zone?: string | undefined;
}

/** The rows of what an import reads; each name is there once. */
export interface Source {
  format: ImportFormat;
  rows: ReadRow[];
  notes: Said[];
}

/** Reads all rows. @throws AppError FILE_UNREADABLE, TOO_MANY_ROWS, PROVIDER_UNKNOWN, UNLISTED */
export async function readSource(
  input: SourceInput,
  keepers: Keepers,
  parts: Pick<DomainParts, 'naming' | 'proxy'>,
  pace: Pace,
  signal: AbortSignal,
): Promise<Source> {
  const { text = '', zone } = input;
  const format = input.format ?? guessFormat(text);
  if (format !== 'provider-zone' && text.trim() === '') throw unreadable('empty', null);
  switch (format) {
    case 'json':
      return { format, rows: await collected(readJsonDomains(text, keepers), pace), notes: [] };
    case 'csv':
      return { format, rows: await collected(readCsvDomains(text, keepers), pace), notes: [] };
    case 'caddyfile': {
      const sites = await sitesIn(text, parts, signal);
      return { format, rows: await collected(readSites(sites), pace), notes: notesOf(sites) };
    }
    case 'zone-file': {
      const entries = readZoneFile(text, { origin: zone ?? null });
      const keeperOf = (name: string) => {
        const keeper = keepers.guess(name);
        return keeper.kind === 'provider' ? keeper : undefined;
      };
      const rows = await readZoneEntries(entries, keeperOf, () => pace.rest());
      return { format, rows: await collected(rows, pace), notes: [] };
    }
    case 'provider-zone': {
      const { providerId = '' } = input;
      const dns = { kind: 'provider' as const, providerId, zone: zone ?? '' };
      const rrsets = await recordsOf(providerId, dns.zone, parts, signal);
      const rows = await readZoneEntries(
        entriesOf(rrsets),
        () => dns,
        () => pace.rest(),
      );
      return { format, rows: await collected(rows, pace), notes: [] };
    }
    default:
      return format satisfies never;
  }
}

/** Rows in order; a name that stood before is not taken again. */
async function collected(rows: Iterable<ReadRow | null>, pace: Pace): Promise<ReadRow[]> {
  const found: ReadRow[] = [];
  const rowOf = new Map<string, number>();
  for (const row of rows) {
    await pace.rest();
    if (row === null) continue;
    if (found.length === mostRows) throw tooManyRows();
    const before = row.stated === null ? undefined : rowOf.get(row.name);
    found.push(
      before === undefined ? row : invalidRow(row.line, row.name, said('twice', { row: String(before) })),
    );
    if (row.stated !== null && before === undefined) rowOf.set(row.name, found.length);
  }
  return found;
}

async function sitesIn(text: string, { proxy }: Pick<DomainParts, 'proxy'>, signal: AbortSignal) {
  try {
    return await proxy.readCaddyfile(text, signal);
  } catch (error) {
    if (error instanceof DriverError && error.kind === 'rejected') {
      throw unreadable('not-caddyfile', null, error.message);
    }
    throw error;
  }
}

async function recordsOf(
  providerId: string,
  zone: string,
  { naming }: Pick<DomainParts, 'naming'>,
  signal: AbortSignal,
) {
  const opened = await naming.open(providerId);
  if (opened === null) throw new AppError('PROVIDER_UNKNOWN', 'There is no such DNS provider.');
  if (!opened.dns.capabilities().lists) {
    throw new AppError('UNLISTED', `${opened.name} does not tell which records a zone has.`);
  }
  return (await opened.dns.listRecords(zone, { signal })).rrsets;
}
