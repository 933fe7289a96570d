import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { signalProcess } from '@nebula/exec';

/**
 * The live process that `postmaster.pid` names, or null; a stale file or a reused process id is nothing. Line 1 is its
 * process, line 5 the directory of its socket (PostgreSQL: miscadmin.h).
 */
export async function postmasterOf(
  dataDir: string,
): Promise<{ pid: number; socketDir: string; command: string[] } | null> {
  const file = join(dataDir, 'postmaster.pid');
  if (!existsSync(file)) return null;
  const lines = (await readFile(file, 'utf8')).split('\n');
  const pid = Number.parseInt(lines[0] ?? '', 10);
  if (!Number.isInteger(pid) || pid <= 1 || !signalProcess(pid, 0)) return null;
  const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
  return command.includes(dataDir) ? { pid, socketDir: lines[4]?.trim() ?? '', command } : null;
}

/**
 * Fast shutdown (SIGINT) within `fastMs`, else immediate (SIGQUIT, 3 s), else SIGKILL (2 s): at most 5 s more than `fastMs`.
 * What was acknowledged is kept in each case. Answers whether the process is gone.
 */
export async function stopPid(pid: number, fastMs: number): Promise<boolean> {
  for (const [signal, withinMs] of [
    ['SIGINT', fastMs],
    ['SIGQUIT', 3000],
    ['SIGKILL', 2000],
  ] as const) {
    if (!signalProcess(pid, signal)) return true;
    const until = performance.now() + withinMs;
    do {
      if (!(await isRunning(pid))) return true;
      await sleep(20);
    } while (performance.now() < until);
  }
  return !(await isRunning(pid));
}

/** A zombie that nobody has collected yet counts as ended. */
async function isRunning(pid: number): Promise<boolean> {
  if (!signalProcess(pid, 0)) return false;
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat !== '' && stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z';
}
