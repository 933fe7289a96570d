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
  const found = await inspect(id, engine);
  if (found === undefined) return;
  // Only what the kernel too says belongs to that container: a number may be another process's by now.
  if (!(await isInside(proc, found.pid, found.container))) return;
  const isLeft = await signalAll(proc, found.pid, 'SIGHUP');
  if (!isLeft) return;
  await sleep(graceMs);
  if ((await inspect(id, engine)) === undefined) return;
  const isStillInside = await isInside(proc, found.pid, found.container);
  if (isStillInside && (await signalAll(proc, found.pid, 'SIGKILL')))
    log('info', 'a command inside a container was ended with its connection', { exec: id.slice(0, 12) });
}

async function inspect(
  id: string,
  engine: EngineClient,
): Promise<{ pid: number; container: string } | undefined> {
  const outgoing = engine.start('GET', `/exec/${id}/json`, { Connection: 'close' });
  const body = await new Promise<Buffer>((resolve, reject) => {
    outgoing.on('response', (answer) => readAll(answer, largestReply).then(resolve, reject));
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

async function isInside(proc: string, pid: number, container: string): Promise<boolean> {
  const groups = await readFile(join(proc, String(pid), 'cgroup'), 'utf8').catch(() => '');
  return groups.includes(container);
}

/** False when nobody is left who could get it. */
async function signalAll(proc: string, leader: number, signal: 'SIGHUP' | 'SIGKILL'): Promise<boolean> {
  const all = await processes(proc);
  const ours = new Set([leader]);
  for (let size = 0; size !== ours.size; ) {
    size = ours.size;
    for (const { pid, parent, session } of all) if (ours.has(parent) || session === leader) ours.add(pid);
  }
  let isAny = false;
  for (const pid of ours) {
    try {
      process.kill(pid, signal);
      isAny = true;
    } catch {
      // It has ended by itself meanwhile, or is not ours to end; the log of the other tries says so.
    }
  }
  return isAny;
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
