import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { endDatabase } from './database.mjs';
import { Harness, isAlive } from './fixtures/harness.ts';

const uid = process.getuid?.() ?? 0;

test('the database of a killed server is shut down before everything is said to be stopped', async () => {
  await using harness = new Harness();
  const launcher = harness.start({
    args: ['--port', '15030'],
    settings: { server: 'apps/dashboard/main.ts', firstRestartMs: 60_000, stopWithin: 30_000 },
  });
  // The real server makes a database first.
  await launcher.printed('NebulaCommand is running', 60_000);
  const postmaster = Number.parseInt(readFileSync(join(harness.data, 'postgres/postmaster.pid'), 'utf8'), 10);
  // What the server starts inherits that it gains no rights.
  if (uid === 0) expect(readFileSync(`/proc/${postmaster}/status`, 'utf8')).toMatch(/^NoNewPrivs:\t1$/m);
  const records: { name: string; pid: number }[] = JSON.parse(
    readFileSync(join(uid === 0 ? harness.rootRuntime : harness.personRuntime, 'pids.json'), 'utf8'),
  );
  process.kill(records.find(({ name }) => name === 'server')?.pid ?? 0, 'SIGKILL');
  await launcher.printed('The server ended by itself');
  expect(isAlive(postmaster)).toBe(true);

  launcher.child.kill('SIGTERM');

  expect(await launcher.ended).toBe(0);
  expect(isAlive(postmaster)).toBe(false);
  expect(launcher.stderr()).toContain(
    `The database still shuts down (pid ${postmaster}); waiting for it.\nStopping the broker ...\nEverything is stopped.\n`,
  );
}, 120_000);

describe('a process that postmaster.pid names', () => {
  let data: string;
  let child: ChildProcess | undefined;
  let said: string[];
  beforeEach(() => {
    data = mkdtempSync('/tmp/nebula-database-');
    mkdirSync(join(data, 'postgres'));
    said = [];
  });
  afterEach(() => {
    child?.kill('SIGKILL');
    rmSync(data, { recursive: true, force: true });
  });

  /** Starts a process that answers SIGINT in its way, and names it in postmaster.pid. */
  async function runs(onInterrupt: string, argument = join(data, 'postgres')): Promise<ChildProcess> {
    const code = `process.on('SIGINT', () => { ${onInterrupt} }); setInterval(() => {}, 1000); console.log('up');`;
    child = spawn(process.execPath, ['-e', code, argument], { stdio: ['ignore', 'pipe', 'inherit'] });
    if (child.stdout !== null) await once(child.stdout, 'data');
    writeFileSync(join(data, 'postgres/postmaster.pid'), `${child.pid}\n${argument}\n`);
    return child;
  }

  const end = (patience = 20_000, owner = uid) =>
    endDatabase({ data, uid: owner, patience, say: (line) => void said.push(line) });

  test('is waited for until it has ended', async () => {
    const { pid = 0 } = await runs('setTimeout(() => process.exit(), 300)');
    expect(await end()).toBe(true);
    expect(isAlive(pid)).toBe(false);
    expect(said).toEqual([`The database still shuts down (pid ${pid}); waiting for it.`]);
  });

  test('is waited for while it ends, when its command line is gone already', async () => {
    const { pid = 0 } = await runs("process.title = 'ending'; setTimeout(() => process.exit(), 300)");
    expect(await end(20_000)).toBe(true);
    expect(isAlive(pid)).toBe(false);
  });

  test('and does not end in time is said to run on', async () => {
    const { pid = 0 } = await runs('');
    expect(await end(200)).toBe(false);
    expect(said.at(-1)).toContain(`The database (pid ${pid}) did not shut down within 0.2 s and still runs`);
  });

  test.each<[string, () => Promise<boolean>]>([
    [
      'and has nothing of our data in its command line',
      () => runs('process.exit()', '/elsewhere').then(() => end()),
    ],
    ['and belongs to another user', () => runs('process.exit()').then(() => end(5_000, uid + 1))],
  ])('%s is left alone', async (_which, ends) => {
    expect(await ends()).toBe(true);
    expect(said).toEqual([]);
    expect(isAlive(child?.pid ?? 0)).toBe(true);
  });

  test('is not looked for behind a link', async () => {
    await runs('process.exit()');
    const file = join(data, 'postgres/postmaster.pid');
    writeFileSync(join(data, 'other'), readFileSync(file));
    rmSync(file);
    symlinkSync(join(data, 'other'), file);
    expect(await end()).toBe(true);
    expect(isAlive(child?.pid ?? 0)).toBe(true);
  });
});
