import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addCompose, type Ended, type EngineAccess, findProgram, sharedEngine } from '@nebula/testbed';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Broker, startBroker } from './broker.ts';
import { hostCall } from './host-call.ts';

let directory: string;
let apps: string;
let engine: EngineAccess;
let broker: Broker;
let env: NodeJS.ProcessEnv;
const refused: string[] = [];

beforeAll(async () => {
  engine = await sharedEngine();
  directory = await realpath(await mkdtemp(join(tmpdir(), 'nb-')));
  apps = join(directory, 'apps');
  await mkdir(join(directory, 's'));
  await mkdir(join(apps, 'data'), { recursive: true });
  broker = await startBroker(
    {
      socketDir: join(directory, 's'),
      engine: engine.socket,
      appRoots: [apps],
      clientGid: undefined,
      grantKey: undefined,
      units: [],
      caddyAdmin: '/nowhere/admin.sock',
      siteRoots: [],
    },
    () => new Date(),
    (_level, _message, facts) => void refused.push(JSON.stringify(facts)),
  );
  env = {
    DOCKER_HOST: `unix://${broker.dockerSocket}`,
    DOCKER_CONFIG: join(directory, 'config'),
    DOCKER_BUILDKIT: '0',
  };
});

afterAll(async () => {
  await broker?.[Symbol.asyncDispose]();
  const left = await engine.docker(['ps', '-aq', '--filter', 'name=brk-']);
  const ids = left.stdout.split('\n').filter((id) => id !== '');
  if (ids.length > 0) await engine.docker(['rm', '-f', ...ids]);
  await engine.docker(['volume', 'rm', '-f', 'brk-volume', 'brk-root']);
  await rm(directory, { recursive: true, force: true });
});

/** Runs Docker's own client against the broker. */
function docker(...args: string[]): Promise<Ended> {
  return engine.docker(args, { env });
}

async function good(...args: string[]): Promise<string> {
  const ended = await docker(...args);
  expect({ args, ...ended }).toMatchObject({ code: 0 });
  return ended.stdout;
}

test('version, info and lists answer', async () => {
  expect(await good('version')).toContain('Server:');
  expect(await good('info')).toContain('Containers:');
  for (const kind of ['container', 'image', 'network', 'volume']) await good(kind, 'ls');
  await good('system', 'df');
});

test('a container runs with the settings a compose file has, and its output comes back', async () => {
  const output = await good(
    ...[
      'run',
      '--rm',
      '--name',
      'brk-run',
      '-e',
      'A=b',
      '--memory',
      '64m',
      '--cpus',
      '0.5',
      '--pids-limit',
      '50',
    ],
    ...['--read-only', '--tmpfs', '/scratch:size=1m', '--cap-drop', 'ALL', '--cap-add', 'CHOWN', '--init'],
    ...['--security-opt', 'no-new-privileges', '--ulimit', 'nofile=100:200', '-p', '127.0.0.1::80'],
    ...[
      '-v',
      `${join(apps, 'data')}:/data`,
      '-v',
      'brk-volume:/volume',
      '-v',
      '/etc/localtime:/etc/localtime:ro',
    ],
    ...['--health-cmd', 'true', '--log-opt', 'max-size=1m', '--hostname', 'h', '--add-host', 'x:10.0.0.1'],
    ...[engine.busyboxImage, 'sh', '-c', 'echo hello > /data/file; echo out; echo err >&2; exit 0'],
  );

  expect(output).toBe('out\n');
  expect(
    await good('run', '--rm', '-v', `${apps}:/apps:ro`, engine.busyboxImage, 'cat', '/apps/data/file'),
  ).toBe('hello\n');
});

test('standard input reaches run and exec, and ends', async () => {
  const bytes = 'x'.repeat(300_000);
  const ran = await engine.docker(
    ['run', '-i', '--rm', '--name', 'brk-in', engine.busyboxImage, 'wc', '-c'],
    {
      env,
      input: bytes,
    },
  );
  expect(ran).toMatchObject({ code: 0, stdout: '300000\n' });

  await good('run', '-d', '--name', 'brk-exec', engine.busyboxImage, 'sleep', '600');
  const executed = await engine.docker(['exec', '-i', 'brk-exec', 'sh', '-c', 'cat; exit 7'], {
    env,
    input: 'in',
  });
  expect(executed).toMatchObject({ code: 7, stdout: 'in' });
});

test('a container is followed, measured, changed and ended', async () => {
  const loop = 'for i in 1 2 3; do echo tick $i; sleep 0.3; done';
  await good('run', '-d', '--name', 'brk-life', engine.busyboxImage, 'sh', '-c', loop);
  expect(await good('logs', '-f', 'brk-life')).toBe('tick 1\ntick 2\ntick 3\n');
  expect((await good('wait', 'brk-life')).trim()).toBe('0');
  expect(await good('stats', '--no-stream', 'brk-exec')).toContain('brk-exec');
  expect(await good('top', 'brk-exec')).toContain('sleep 600');
  await good('update', '--memory', '128m', '--memory-swap', '256m', 'brk-exec');
  await good('rename', 'brk-exec', 'brk-other');
  await good('pause', 'brk-other');
  await good('unpause', 'brk-other');
  await good('restart', '-t', '0', 'brk-other');
  await good('stop', '-t', '0', 'brk-other');
  expect(await good('inspect', '--format', '{{.State.Status}} {{.HostConfig.Memory}}', 'brk-other')).toBe(
    'exited 134217728\n',
  );
  await good('rm', 'brk-other', 'brk-life');
});

test('events arrive as they happen', async () => {
  const client = spawn(
    findProgram('docker', ['/usr/bin']) ?? 'docker',
    ['events', '--filter', 'container=brk-event'],
    {
      env: { ...process.env, ...env },
    },
  );
  client.stdout.setEncoding('utf8');
  let seen = '';
  client.stdout.on('data', (chunk: string) => {
    seen += chunk;
  });
  try {
    // The client says nothing when it has begun to listen; a container made too early would go unseen.
    await new Promise((resolve) => setTimeout(resolve, 300));
    await good('create', '--name', 'brk-event', engine.busyboxImage, 'true');
    // A line arrives in as many pieces as the client writes it in.
    await expect.poll(() => seen, { timeout: 20_000 }).toContain('container create');
  } finally {
    client.kill();
    await good('rm', 'brk-event');
  }
});

test('networks and volumes are made, joined and removed', async () => {
  await good('network', 'create', '--subnet', '10.211.0.0/24', '--label', 'a=b', 'brk-net');
  await good('create', '--name', 'brk-joined', engine.busyboxImage, 'true');
  await good('network', 'connect', '--alias', 'x', 'brk-net', 'brk-joined');
  await good('network', 'disconnect', 'brk-net', 'brk-joined');
  await good('rm', 'brk-joined');
  await good('network', 'rm', 'brk-net');
  await good('volume', 'create', 'brk-volume');
  const removal = await docker('volume', 'rm', 'brk-volume');
  expect(removal.code).toBe(1);
  expect(removal.stderr).toContain('a volume may be the only copy of its data [volume-delete]');
});

test('an image is built by the classic builder, tagged and removed', async () => {
  const context = join(directory, 'context');
  await mkdir(context);
  await writeFile(join(context, 'Dockerfile'), `FROM ${engine.busyboxImage}\nARG A\nRUN echo $A > /built\n`);
  await good('build', '--build-arg', 'A=1', '--label', 'x=y', '-t', 'brk-image', context);
  expect(await good('run', '--rm', 'brk-image', 'cat', '/built')).toBe('1\n');
  expect(await good('history', 'brk-image')).toContain('echo $A');
  await good('tag', 'brk-image', 'brk-image:two');
  await good('rmi', 'brk-image', 'brk-image:two');
  const host = await docker('build', '--network', 'host', context);
  expect(host.stderr).toContain('The parameter networkmode must be');
});

test.each<[string, string[], string]>([
  ['--privileged', [], 'a privileged container has the whole machine [privileged]'],
  ['-v', ['/:/host'], '[bind-outside-roots]'],
  ['--mount', ['type=bind,src=/,dst=/host'], '[bind-outside-roots]'],
  [
    '--mount',
    ['type=volume,dst=/x,volume-opt=device=/,volume-opt=o=bind,volume-opt=type=none'],
    '[volume-driver]',
  ],
  ['--pid', ['host'], '[host-namespace]'],
  ['--ipc', ['host'], '[host-namespace]'],
  ['--uts', ['host'], '[host-namespace]'],
  ['--userns', ['host'], '[host-namespace]'],
  ['--network', ['host'], '[host-namespace]'],
  ['--network', ['container:brk-strong'], '[join-container]'],
  ['--cap-add', ['SYS_ADMIN'], '[capabilities]'],
  ['--device', ['/dev/null'], '[devices]'],
  ['--security-opt', ['apparmor=unconfined'], '[security-options]'],
  ['--sysctl', ['net.ipv4.ip_forward=1'], '[sysctls]'],
  ['--cgroup-parent', ['/x'], '[cgroup-parent]'],
  ['--volumes-from', ['brk-strong'], '[volumes-from]'],
  ['--oom-score-adj', ['-500'], '[out-of-memory]'],
  ['--log-driver', ['syslog'], '[log-driver]'],
])('docker run %s %j is refused, and the person reads why', async (flag, values, sentence) => {
  const ended = await docker(
    'run',
    '--rm',
    '--name',
    'brk-never',
    flag,
    ...values,
    engine.busyboxImage,
    'true',
  );

  expect(ended.code).not.toBe(0);
  expect(ended.stderr).toContain(sentence);
  expect((await engine.docker(['ps', '-aq', '--filter', 'name=brk-never'])).stdout).toBe('');
});

test('a volume that is a path of the machine is neither made nor used', async () => {
  const options = ['--driver', 'local', '-o', 'type=none', '-o', 'o=bind', '-o', 'device=/'];
  expect((await docker('volume', 'create', ...options, 'brk-root')).stderr).toContain('[volume-driver]');
  await engine.docker(['volume', 'create', ...options, 'brk-root']);
  expect(
    (await docker('run', '--rm', '-v', 'brk-root:/x', engine.busyboxImage, 'ls', '/x')).stderr,
  ).toContain('[volume-points-at-host]');
});

test('nobody gets a shell in a container that somebody gave more power, but it can be restarted', async () => {
  const strong = ['-i', '--name', 'brk-strong', '-v', '/:/host:ro', engine.busyboxImage, 'sleep', '600'];
  expect(await engine.docker(['run', '-d', ...strong])).toMatchObject({ code: 0 });
  expect((await docker('exec', 'brk-strong', 'id')).stderr).toContain('[strong-container]');
  const attached = await engine.docker(['attach', 'brk-strong'], { env, input: 'x' });
  expect(attached.stderr).toContain('received 403');
  await good('restart', '-t', '0', 'brk-strong');
  await good('logs', 'brk-strong');
});

test('a container does not start when its directory became a link out of the app directory', async () => {
  const source = join(apps, 'swapped');
  await mkdir(source);
  await good('create', '--name', 'brk-swap', '-v', `${source}:/x`, engine.busyboxImage, 'ls', '/x');
  await rm(source, { recursive: true });
  await symlink('/', source);
  const started = await docker('start', '-a', 'brk-swap');

  expect(started.code).not.toBe(0);
  expect(started.stderr).toContain('[bind-outside-roots]');
});

test('docker compose brings a stack up, waits for its health, and takes it down', async () => {
  await addCompose(join(directory, 'config'));
  const stack = join(apps, 'brk-stack');
  await mkdir(join(stack, 'conf'), { recursive: true });
  await writeFile(
    join(stack, 'compose.yml'),
    `services:
  db:
    image: ${engine.busyboxImage}
    command: sh -c 'touch /scratch/ok; exec sleep 600'
    healthcheck: { test: [CMD, test, -f, /scratch/ok], interval: 1s }
    volumes: [data:/data, ./conf:/conf:ro]
    tmpfs: ["/scratch:size=1m"]
    restart: unless-stopped
    deploy: { resources: { limits: { memory: 64M } } }
  web:
    image: ${engine.busyboxImage}
    command: sleep 600
    init: true
    depends_on: { db: { condition: service_healthy } }
    networks: { default: {}, back: { aliases: [www] } }
networks: { back: { internal: true } }
volumes: { data: {} }
`,
  );
  const compose = [
    'compose',
    '--project-directory',
    stack,
    '-f',
    join(stack, 'compose.yml'),
    '-p',
    'brk-stack',
  ];
  try {
    await good(...compose, 'up', '-d', '--wait');
    expect(await good(...compose, 'ps', '--format', '{{.Service}} {{.State}}')).toContain('web running');
    expect(await good(...compose, 'exec', '-T', 'db', 'ls', '/scratch')).toBe('ok\n');
    await good(...compose, 'restart', '-t', '0', 'db');
    await good(...compose, 'logs', 'db');
    await good(...compose, 'down', '-t', '0');
    expect(await good('ps', '-aq', '--filter', 'label=com.docker.compose.project=brk-stack')).toBe('');
  } finally {
    await engine.docker([...compose, 'down', '-v', '-t', '0'], {
      env: { DOCKER_CONFIG: join(directory, 'config') },
    });
  }
});

test('a hostile compose file is refused with the sentence that says which line of it', async () => {
  const stack = join(apps, 'brk-evil');
  await mkdir(stack);
  const file = join(stack, 'compose.yml');
  await writeFile(
    file,
    `services: { a: { image: ${engine.busyboxImage}, pid: host, volumes: ["/:/host"] } }\n`,
  );
  const ended = await docker('compose', '-f', file, '-p', 'brk-evil', 'up', '-d');

  expect(ended.code).not.toBe(0);
  expect(ended.stderr).toContain('HostConfig.PidMode');
  expect(ended.stderr).toContain('[bind-outside-roots]');
  await docker('compose', '-f', file, '-p', 'brk-evil', 'down');
});

test('figures of containers come in one call, of those that run only', async () => {
  const running = (await good('run', '-d', '--name', 'brk-busy', engine.busyboxImage, 'sleep', '600')).trim();
  const idle = (await good('create', '--name', 'brk-idle', engine.busyboxImage, 'true')).trim();
  const { signal } = new AbortController();
  const { hostSocket } = broker;

  const { stats } = await hostCall(
    hostSocket,
    'container-stats',
    { ids: [running, 'e'.repeat(64)] },
    { signal },
  );
  expect(Object.keys(stats)).toEqual([running]);
  expect(stats[running]).toMatchObject({
    cpu_stats: { cpu_usage: { total_usage: expect.any(Number) } },
    memory_stats: { usage: expect.any(Number), limit: expect.any(Number) },
    networks: { eth0: { rx_bytes: expect.any(Number), tx_bytes: expect.any(Number) } },
  });
  const unknown = await hostCall(hostSocket, 'container-stats', { ids: [idle] }, { signal });
  // The engine counts nothing of what does not run: no memory is in use.
  expect(unknown.stats[idle]?.memory_stats ?? {}).toEqual({});

  for (const id of [
    'brk-busy',
    `${running}/../x`,
    running.toUpperCase(),
    running.slice(1),
    `${running}\n`,
    '',
  ])
    await expect(hostCall(hostSocket, 'container-stats', { ids: [id] }, { signal })).rejects.toMatchObject({
      kind: 'rejected',
      message: expect.stringMatching(/ids/),
    });
  const many = Array.from({ length: 501 }, () => running);
  await expect(hostCall(hostSocket, 'container-stats', { ids: many }, { signal })).rejects.toMatchObject({
    kind: 'rejected',
  });
});
