import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostVerbs, PortOwner } from './host-verbs.ts';

/** State numbers of `/proc/net/*` (include/net/tcp_states.h): a TCP socket that listens, a UDP socket that is bound. */
const waiting = { tcp: '0A', udp: '07' } as const;

/**
 * The processes that listen on a port, read from `/proc/net` and the open files of every process.
 *
 * @param proc where proc(5) is mounted
 * @returns `partial` when a listener has no process that we may see
 */
export async function portOwner(
  port: number,
  protocol: 'tcp' | 'udp',
  proc = '/proc',
): Promise<HostVerbs['port-owner']['output']> {
  const sockets = new Map<string, { address: string; user: number }>();
  for (const table of [protocol, `${protocol}6`]) {
    for (const socket of parseSocketTable(await readOrNothing(join(proc, 'net', table)), waiting[protocol])) {
      if (socket.port === port) sockets.set(socket.inode, socket);
    }
  }
  const owners: PortOwner[] = [];
  const unseen = new Set(sockets.keys());
  if (sockets.size > 0) {
    for (const pid of (await readdir(proc)).filter((name) => /^\d+$/.test(name))) {
      for (const inode of await openSockets(join(proc, pid, 'fd'))) {
        const socket = sockets.get(inode);
        if (socket === undefined) continue;
        unseen.delete(inode);
        const command = (await readOrNothing(join(proc, pid, 'comm'))).trim();
        owners.push({ pid: Number(pid), command, user: socket.user, address: socket.address });
      }
    }
  }
  return { port, owners, ...(unseen.size > 0 ? { partial: true } : {}) };
}

/** The sockets of one table of `/proc/net` that are in a state. */
export function parseSocketTable(
  table: string,
  state: string,
): { port: number; address: string; user: number; inode: string }[] {
  return table.split('\n').flatMap((line) => {
    const [, local = '', , status, , , , user, , inode = ''] = line.trim().split(/\s+/);
    const [address = '', port = ''] = local.split(':');
    if (status !== state || !/^(?:[0-9A-F]{8}|[0-9A-F]{32})$/.test(address)) return [];
    return [{ port: Number.parseInt(port, 16), address: readAddress(address), user: Number(user), inode }];
  });
}

/** The kernel prints addresses as 32-bit words in the machine's byte order, which is little-endian on x64 and arm64. */
function readAddress(hex: string): string {
  const bytes = Buffer.from(hex, 'hex').swap32();
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

async function openSockets(directory: string): Promise<Set<string>> {
  const inodes = new Set<string>();
  for (const name of await orNothing(readdir(directory), [])) {
    const inode = /^socket:\[(\d+)\]$/.exec(await orNothing(readlink(join(directory, name)), ''))?.[1];
    if (inode !== undefined) inodes.add(inode);
  }
  return inodes;
}

async function readOrNothing(path: string): Promise<string> {
  return await orNothing(readFile(path, 'utf8'), '');
}

/** Processes end while we read, and those of others may be closed to us: both are seen as nothing. */
async function orNothing<T>(reading: Promise<T>, nothing: T): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'EACCES' || code === 'EPERM' || code === 'ESRCH') return nothing;
    throw error;
  }
}
