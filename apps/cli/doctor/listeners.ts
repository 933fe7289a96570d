import { readFile } from 'node:fs/promises';
import { systemCode } from './check.ts';

/** State of a socket that listens in `/proc/net/tcp` (Linux: include/net/tcp_states.h). */
const listening = '0A';

/** Addresses on which somebody listens on a TCP port, as proc(5) shows them to everybody. */
export async function listenAddresses(port: number): Promise<string[]> {
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map(readOrNothing));
  return [...new Set(tables.flatMap((table) => parseListeners(table, port)))];
}

/** The addresses in one table that listen on a port. */
export function parseListeners(table: string, port: number): string[] {
  return table.split('\n').flatMap((line) => {
    const [, local = '', , state] = line.trim().split(/\s+/);
    const match = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/.exec(local);
    if (match === null || state !== listening || Number.parseInt(match[2] ?? '', 16) !== port) return [];
    return [addressOf(match[1] ?? '')];
  });
}

/** The kernel prints addresses as 32-bit words in the machine's byte order, which is little-endian on x64 and arm64. */
function addressOf(hex: string): string {
  const bytes = Buffer.from(hex, 'hex').swap32();
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(at * 2).toString(16));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

/** True for an address that only this machine reaches. */
export function isLoopbackAddress(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address) || address.startsWith('::ffff:7f');
}

async function readOrNothing(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    // A kernel without IPv6 has no tcp6.
    if (systemCode(error) === 'ENOENT') return '';
    throw error;
  }
}
