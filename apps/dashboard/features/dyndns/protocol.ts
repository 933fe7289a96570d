import { addressKind, canonicalValue, nameOrNull } from '@nebula/dns';
import { isIPv4, isIPv6 } from 'node:net';
import type { Addresses } from './schema.ts';

/** Query of `GET /nic/update`; what else clients send, such as `wildcard` and `mx`, is not looked at. */
export interface UpdateQuery {
  hostname?: string | undefined;
  myip?: string | undefined;
  myipv6?: string | undefined;
}

/** Why addresses are not taken: what they are, told on the page of the token. */
export type Refused = 'carrier-grade-nat' | 'private' | 'this-machine' | 'unusable' | 'unread';

/** What a client asks for, or what it is answered at once. */
export type Asked =
  | { names: string[]; addresses: Addresses }
  | { answer: 'notfqdn' | 'numhost' | 'dnserr'; refused: Refused | null };

/** Dyn took twenty names at once. */
const mostNames = 20;

/**
 * Reads an update as the clients of members.dyndns.org send it. `myip` and `myipv6` are lists with commas; both may hold either
 * family, the first of each counts, and empty ones count as left out, as a FRITZ!Box sends them for a family that it does not
 * have. Without any the address of the caller is meant. Addresses that nobody outside could reach are refused with `dnserr`,
 * for which the protocol has no better word.
 */
export function readUpdate(query: UpdateQuery, caller: string): Asked {
  const given = parts(query.hostname);
  if (given.length === 0) return { answer: 'notfqdn', refused: null };
  if (given.length > mostNames) return { answer: 'numhost', refused: null };
  const names = new Set<string>();
  for (const text of given) {
    const name = nameOrNull(text);
    if (name === null || !name.includes('.')) return { answer: 'notfqdn', refused: null };
    names.add(name);
  }
  const told = [...parts(query.myip), ...parts(query.myipv6)];
  const addresses: Addresses = {};
  for (const text of told.length > 0 ? told : [caller]) {
    const read = readAddress(text);
    if ('refused' in read) return { answer: 'dnserr', refused: read.refused };
    addresses[read.type] ??= read.address;
  }
  return { names: [...names], addresses };
}

/** One address, in the form in which records hold it. */
export function readAddress(text: string): { type: 'A' | 'AAAA'; address: string } | { refused: Refused } {
  const bare = text.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
  const type = isIPv4(bare) ? 'A' : isIPv6(bare) ? 'AAAA' : null;
  if (type === null) return { refused: 'unread' };
  const kind = addressKind(bare);
  if (kind !== 'public') return { refused: kind };
  // Global unicast is 2000::/3 (RFC 4291); other forms carry addresses of IPv4 or of nobody, those with a zone mean one machine.
  if (type === 'AAAA' && !/^[23][^%]*$/.test(bare)) return { refused: 'unusable' };
  return { type, address: canonicalValue(type, bare) };
}

/** Addresses as an answer names them. */
export function addressText({ A, AAAA }: Addresses): string {
  return [A, AAAA].filter((address) => address !== undefined).join(',');
}

function parts(list: string | undefined): string[] {
  return (list ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
