import type { ImportFormat } from './contract-transfer.ts';
import { columns } from './transfer-csv-domains.ts';

/** What a text most likely is; reading it says where it is not. */
export function guessFormat(text: string): Exclude<ImportFormat, 'provider-zone'> {
  const begin = text.slice(0, 20_000).replace(/^\ufeff/, '');
  if (/^\s*(?:\[|\{\s*["}])/.test(begin)) return 'json';
  const [head = ''] = begin.split(/\r?\n/);
  const words = head.split(/[,;\t]/).map((word) => word.replaceAll('"', '').trim().toLowerCase());
  if (
    words.includes('name') &&
    (words.length === 1 || words.some((word) => word !== 'name' && isColumn(word)))
  ) {
    return 'csv';
  }
  const isZone =
    /^\s*\$(?:ORIGIN|TTL|INCLUDE)\b|\sIN\s+(?:SOA|NS|A|AAAA|CNAME|MX|TXT)\s|\sSOA\s+\S+\s+\S+\s*[(\d]/im;
  return isZone.test(begin) ? 'zone-file' : 'caddyfile';
}

function isColumn(word: string): boolean {
  return columns.some((column) => column === word);
}
