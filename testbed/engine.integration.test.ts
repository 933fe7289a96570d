import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { addCompose } from './compose.ts';
import { startEngine, type TestEngine } from './engine.ts';
import { engineIdentityFile, removeRunDir, sweepRunDirs } from './run-dir.ts';
import { identify, isAlive, readIdentity, signalProcess } from './processes.ts';
import { requireProgram, run, runOk } from './run.ts';
import { sharedEngine } from './shared-engine.ts';

/** What must stay as it was on the host: firewall, links, switches of the kernel, mounts, runtime folders. */
async function hostState(): Promise<Record<string, unknown>> {
  const iptables = requireProgram('iptables-legacy');
  return {
    firewall: (await runOk([iptables, '-S'])) + (await runOk([iptables, '-t', 'nat', '-S'])),
    links: (await runOk([requireProgram('ip'), '-o', 'link'])).replace(/\d+: veth.*\n/g, ''),
    forwarding: readFileSync('/proc/sys/net/ipv4/ip_forward', 'utf8'),
    keys: readFileSync('/proc/sys/kernel/keys/root_maxkeys', 'utf8'),
    mounts: readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .filter((line) => line.includes('nebula-engine')),
    namedNamespaces: existsSync('/run/netns') ? await readdir('/run/netns') : [],
    alternative: existsSync('/etc/alternatives/iptables') ? readlinkSync('/etc/alternatives/iptables') : null,
  };
}

describe('an engine of a test', () => {
  let engine: TestEngine;
  let before: Record<string, unknown>;

  beforeAll(async () => {
    before = await hostState();
    engine = await startEngine();
  });

  afterAll(async () => {
    await engine.stop();
  });

  it('runs a container on a bridge network', async () => {
    const ended = await engine.docker([
      'run',
      '--rm',
      engine.busyboxImage,
      'ip',
      '-o',
      '-4',
      'addr',
      'show',
      'eth0',
    ]);

    expect(ended.stderr).toBe('');
    expect(ended.stdout).toContain('172.17.0.');
  });

  it('publishes ports inside its namespace and nowhere else', async () => {
    const options = ['--rm', '--detach', '--init', '--publish', '127.0.0.1:18080:80'];
    await engine.docker(['run', ...options, engine.busyboxImage, 'httpd', '-f', '-p', '80', '-h', '/bin']);
    const probe = [
      process.execPath,
      '-e',
      'process.exit((await fetch("http://127.0.0.1:18080/busybox")).ok ? 0 : 1)',
    ];

    const inside = await engine.exec(probe);
    const outside = await run(probe);

    expect(inside.code).toBe(0);
    expect(outside.code).not.toBe(0);
  });

  it('leaves the host as it was', async () => {
    const own = readlinkSync(`/proc/${engine.pid}/ns/net`);

    expect(own).not.toBe(readlinkSync('/proc/self/ns/net'));
    expect(await hostState()).toEqual(before);
  });

  it('stops answering when it is killed and keeps its containers over a restart', async () => {
    await engine.docker(['create', '--name', 'kept', engine.busyboxImage, 'true']);

    await engine.kill();
    const gone = await engine.docker(['ps']);
    await engine.startDaemon();
    const back = await engine.docker(['ps', '--all', '--format', '{{.Names}}']);

    expect(gone.code).not.toBe(0);
    expect(back.stdout.split('\n')).toContain('kept');
  });

  it('runs a compose project', { timeout: 120_000 }, async () => {
    await addCompose(join(engine.dir, 'config'));
    const project = `{"services":{"web":{"image":"${engine.busyboxImage}","command":["sleep","60"],"init":true}}}`;

    const up = await engine.docker(['compose', '-p', 'demo', '-f', '-', 'up', '--detach', '--wait'], {
      input: project,
    });
    const names = await engine.docker(['ps', '--format', '{{.Names}}']);

    expect(up.stderr).toContain('demo-web-1');
    expect(up.code).toBe(0);
    expect(names.stdout).toContain('demo-web-1');
  });

  it('starts where the path of the temporary folder is long', async () => {
    const before = process.env.TMPDIR;
    process.env.TMPDIR = await mkdtemp(
      join(tmpdir(), 'a-name-that-leaves-no-room-for-the-path-of-a-socket-'),
    );
    try {
      await using other = await startEngine();

      expect((await other.docker(['ps'])).code).toBe(0);
    } finally {
      process.env.TMPDIR = before;
    }
  });

  it('leaves no process, folder or control group when it stops', async () => {
    const other = await startEngine();
    await other.docker(['run', '--detach', other.busyboxImage, 'sleep', '1000']);
    const first = readIdentity(join(other.dir, engineIdentityFile));

    await other.stop();

    expect(first === null || isAlive(first)).toBe(false);
    expect(existsSync(other.dir)).toBe(false);
    expect(await controlGroups(other.dir)).toEqual([]);
  });
});

describe('an engine whose test was killed', () => {
  const children: ChildProcess[] = [];

  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  /** Starts an engine with a running container in another process, whose temporary folder is `base`. */
  async function startElsewhere(base: string) {
    const script = `
      const { startEngine } = await import(${JSON.stringify(join(import.meta.dirname, 'engine.ts'))});
      const engine = await startEngine();
      await engine.docker(['run', '--detach', engine.busyboxImage, 'sleep', '1000']);
      console.log(JSON.stringify({ dir: engine.dir, pid: engine.pid }));
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, TMPDIR: base },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    for await (const line of createInterface({ input: child.stdout })) {
      const { dir }: { dir: string } = JSON.parse(line);
      const first = readIdentity(join(dir, engineIdentityFile));
      if (first === null) throw new Error('The engine has no first process.');
      return { child, dir, first };
    }
    throw new Error('The other process ended before its engine started.');
  }

  it('ends by itself, and the next start removes what it left', async () => {
    const base = await mkdtemp(join(tmpdir(), 'nebula-sweep-'));
    const { child, dir, first } = await startElsewhere(base);

    child.kill('SIGKILL');
    await expect.poll(() => identify(child.pid ?? 0)).toBe(null);
    await expect.poll(() => isAlive(first), { timeout: 10_000 }).toBe(false);
    const removed = await sweepRunDirs(base);

    expect(removed).toEqual([dir]);
    expect(existsSync(dir)).toBe(false);
    expect(await controlGroups(dir)).toEqual([]);
    await rm(base, { recursive: true });
  });

  it('is stopped by the next start when it could not end by itself', async () => {
    const base = await mkdtemp(join(tmpdir(), 'nebula-sweep-'));
    const { child, dir, first } = await startElsewhere(base);
    // Stopped, the programs cannot notice that their parent is gone.
    for (const pid of await descendants(first.pid)) process.kill(pid, 'SIGSTOP');
    child.kill('SIGKILL');
    await expect.poll(() => identify(child.pid ?? 0)).toBe(null);
    expect(signalProcess(first, 'SIGCONT')).toBe(true);

    await sweepRunDirs(base);

    expect(isAlive(first)).toBe(false);
    expect(existsSync(dir)).toBe(false);
    await rm(base, { recursive: true });
  });

  it('ends with the folder of its run, however deep it lies there', async () => {
    const base = await mkdtemp(join(tmpdir(), 'n-'));
    const { dir, first } = await startElsewhere(await mkdtemp(join(base, 'd-')));

    await removeRunDir(base);

    expect(isAlive(first)).toBe(false);
    expect(existsSync(base)).toBe(false);
    expect(await controlGroups(dir)).toEqual([]);
  });

  it('is left alone while its test runs', async () => {
    const base = await mkdtemp(join(tmpdir(), 'nebula-sweep-'));
    const { child, dir, first } = await startElsewhere(base);

    const removed = await sweepRunDirs(base);

    expect(removed).toEqual([]);
    expect(isAlive(first)).toBe(true);
    child.kill('SIGKILL');
    await expect.poll(() => isAlive(first), { timeout: 10_000 }).toBe(false);
    await sweepRunDirs(base);
    expect(existsSync(dir)).toBe(false);
    await rm(base, { recursive: true });
  });
});

describe('the engine of the run', () => {
  it('is one for all who ask', async () => {
    const [one, two] = await Promise.all([sharedEngine(), sharedEngine()]);

    const ended = await one.docker(['run', '--rm', one.busyboxImage, 'echo', 'hello']);

    expect(two.socket).toBe(one.socket);
    expect(ended.stdout).toBe('hello\n');
  });
});

async function controlGroups(dir: string): Promise<string[]> {
  const name = dir.slice(dirname(dir).length + 1);
  const folders = [
    '/sys/fs/cgroup',
    ...(await readdir('/sys/fs/cgroup')).map((entry) => `/sys/fs/cgroup/${entry}`),
  ];
  return folders.map((folder) => join(folder, name)).filter((path) => existsSync(path));
}

async function descendants(pid: number): Promise<number[]> {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean)
    .map(Number);
  return [pid, ...(await Promise.all(children.map(descendants))).flat()];
}
