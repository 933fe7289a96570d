import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EngineClient, readAll } from './engine.ts';
import type { Log } from './log.ts';

/** A process of the machine. */
interface Process {
  pid: number;
  parent: number;
  session: number;
}

const graceMs = 1000;
const largestReply = 65_536;

/**
 * Ends a command inside a container whose client has gone: the engine would let it run on for ever. Its session and what it
 * started get SIGHUP, as from a terminal that is closed, and after a second SIGKILL.
 *
 * @param proc where proc(5) is mounted
 */
export async function endExec(id: string, engine: EngineClient, log: Log, proc = '/proc'): Promise<void> {
  for (const signal of ['SIGHUP', 'SIGKILL'] as const) {
    const found = await inspect(id, engine);
    if (found === undefined) return;
    const leader = await leaderOf(proc, found.pid, found.container);
    if (leader === undefined) throw new Error('its process is not seen from here');
    await signalAll(proc, leader, signal);
    if (signal === 'SIGHUP') await sleep(graceMs);
    else log('info', 'a command inside a container was ended with its connection', { exec: id.slice(0, 12) });
  }
}

async function inspect(
  id: string,
  engine: EngineClient,
): Promise<{ pid: number; container: string } | undefined> {
  const outgoing = engine.start('GET', `/exec/${id}/json`, { Connection: 'close' });
  const body = await new Promise<Buffer>((resolve, reject) => {
    outgoing.on('response', (answer) => {
      readAll(answer, largestReply).then(resolve, reject);
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
  const reply: unknown = JSON.parse(body.toString('utf8'));
  if (!isRecord(reply) || reply['Running'] !== true) return undefined;
  const { Pid: pid, ContainerID: container } = reply;
  if (typeof pid !== 'number' || pid <= 1 || typeof container !== 'string') return undefined;
  return /^[0-9a-f]{64}$/.test(container) ? { pid, container } : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The process that the engine knows by a number, which may be counted in a namespace of the engine's own. Only one that the
 * kernel too says belongs to that container: the number may be another process's by now.
 */
async function leaderOf(proc: string, pid: number, container: string): Promise<number | undefined> {
  for (const name of await readdir(proc)) {
    if (!/^\d+$/.test(name)) continue;
    const groups = await readFile(join(proc, name, 'cgroup'), 'utf8').catch(() => '');
    if (!groups.includes(container)) continue;
    const status = await readFile(join(proc, name, 'status'), 'utf8').catch(() => '');
    const numbers = /^NSpid:\s+(.*)$/m.exec(status)?.[1]?.split(/\s+/) ?? [name];
    if (numbers.includes(String(pid))) return Number(name);
  }
  return undefined;
}

async function signalAll(proc: string, leader: number, signal: 'SIGHUP' | 'SIGKILL'): Promise<void> {
  const all = await processes(proc);
  const ours = new Set([leader]);
  for (let size = 0; size !== ours.size; ) {
    size = ours.size;
    for (const { pid, parent, session } of all) if (ours.has(parent) || session === leader) ours.add(pid);
  }
  for (const pid of ours) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      const hasEnded = error instanceof Error && 'code' in error && error.code === 'ESRCH';
      if (!hasEnded) throw error;
    }
  }
}

async function processes(proc: string): Promise<Process[]> {
  const found: Process[] = [];
  for (const name of await readdir(proc)) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(join(proc, name, 'stat'), 'utf8').catch(() => '');
    // proc(5): the name in brackets may hold anything; state, parent, group and session follow.
    const [, parent, , session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (session !== undefined)
      found.push({ pid: Number(name), parent: Number(parent), session: Number(session) });
  }
  return found;
}
