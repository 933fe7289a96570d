import { usernamesOf } from './accounts.ts';
import { said } from './contract-transfer-words.ts';
import type { DomainFields } from './transfer-csv-domains.ts';
import { readEntries } from './transfer-json.ts';
import type { Keepers } from './transfer-keepers.ts';
import { invalidRow, provenRow, type ReadRow } from './transfer-stated.ts';

/** What a file of domains begins with. */
export function jsonHeader(exportedAt: Date): string {
  return `{"format":"nebula-domains","version":1,"exportedAt":"${exportedAt.toISOString()}","domains":[\n`;
}

/** What it ends with. */
export const jsonFooter = '\n]}\n';

/** A domain as one line; its provider by name too, for a machine on which it has another id. */
export function jsonRecord(domain: DomainFields, keepers: Keepers): string {
  const { name, target, options, dns, note, followsAddress } = domain;
  const accounts = usernamesOf(domain.accounts);
  const keeper = dns.kind === 'elsewhere' ? dns : { ...dns, provider: keepers.nameOf(dns.providerId) };
  return JSON.stringify({ name, target, options, dns: keeper, note, followsAddress, accounts });
}

/** Reads domains from JSON. @throws AppError FILE_UNREADABLE */
export function* readJsonDomains(text: string, keepers: Keepers): Generator<ReadRow | null> {
  for (const entry of readEntries(text)) {
    if (entry === null) {
      yield null;
      continue;
    }
    const value = parsed(entry.text);
    yield value === undefined
      ? invalidRow(entry.line, '', said('json'))
      : provenRow(value, entry.line, keepers);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
