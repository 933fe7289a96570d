import type { Clock } from '@nebula/clock';
import type { Context, OutgoingFile } from '@nebula/runtime';
import type { DnsAccess } from '../dns/index.ts';
import { withoutHashes } from './accounts.ts';
import { domains } from './contract.ts';
import { domainsAfter } from './store.ts';
import { csvHeader, csvRecord } from './transfer-csv-domains.ts';
import { jsonFooter, jsonHeader, jsonRecord } from './transfer-json-domains.ts';
import { fieldsOf } from './transfer-judge.ts';
import { readKeepers } from './transfer-keepers.ts';

/** Domains of one turn. */
const batch = 64;

/** All domains as a file, read and written a part at a time; without hashes of passwords for who may not change domains. */
export async function exportFrom(
  { sql, can }: Pick<Context, 'sql' | 'can'>,
  format: 'json' | 'csv',
  { access, clock }: { access: DnsAccess; clock: Clock },
): Promise<OutgoingFile> {
  const keepers = await readKeepers(access, sql);
  const now = clock.now();
  const isWhole = can(domains.actions.update.permission);
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(format === 'csv' ? csvHeader : jsonHeader(now));
    let before = '';
    for (let after: string | null = null; ; ) {
      const rows = await domainsAfter(sql, {}, after, batch);
      const records = rows.map((row) => {
        const fields = fieldsOf(isWhole ? row : { ...row, options: withoutHashes(row.options) });
        return format === 'csv' ? csvRecord(fields, keepers) : jsonRecord(fields, keepers);
      });
      if (format === 'csv') yield Buffer.from(records.join(''));
      else if (records.length > 0) yield Buffer.from(before + records.join(',\n'));
      before = ',\n';
      after = rows.at(-1)?.name ?? null;
      if (rows.length < batch || after === null) break;
    }
    if (format === 'json') yield Buffer.from(jsonFooter);
  }
  return {
    name: `domains-${now.toISOString().slice(0, 10)}.${format}`,
    type: format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json',
    bytes: bytes(),
  };
}
