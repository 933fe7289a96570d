import { describe, expect, test } from 'vitest';
import {
  judgeMounts,
  judgePublished,
  judgeSetup,
  judgeSilence,
  judgeTcp,
  judgeVersion,
} from './checks/engine.ts';
import { judgeClock, judgeInodes, judgeMemory, judgeSpace } from './checks/machine.ts';
import { judgeHandOver } from './checks/hand-over.ts';
import { judgeNames, judgePort, judgeWebPorts } from './checks/network.ts';
import { judgeDockerGroup, judgeGroups, judgeServerUser, judgeStoppedServer } from './checks/rights.ts';
import { judgeAnswer, judgeNoAnswer } from './checks/server.ts';
import { judgeKernel, judgeUpdates, judgeZone } from './checks/system.ts';
import { EngineContainer, EngineInfo } from './engine-facts.ts';

describe('verdicts on the engine', () => {
  test.each([
    ['1.41', true, 'ok', /through the broker/],
    ['1.52', false, 'ok', /not through the broker/],
    ['1.40', true, 'problem', /API 1.40/],
    ['0.9', true, 'problem', /API 0.9/],
    ['2.0', true, 'ok', /API 2.0/],
  ] as const)('API %s', (ApiVersion, isThroughBroker, verdict, detail) => {
    const found = judgeVersion({ Version: '29', ApiVersion }, isThroughBroker);
    expect(found).toMatchObject({ verdict, detail: expect.stringMatching(detail) });
  });

  test.each([
    ['ENOENT', 'problem', /no engine/, /Install Docker/],
    ['EACCES', 'unknown', /may not open/, /root/],
    ['ECONNREFUSED', 'problem', /does not answer/, /systemctl start docker/],
  ] as const)('silence for %s', (code, verdict, detail, next) => {
    expect(judgeSilence(code, code, '/run/docker.sock')).toMatchObject({
      verdict,
      detail: expect.stringMatching(detail),
      next: expect.stringMatching(next),
    });
  });

  test.each([
    [{ Driver: 'overlay2', CgroupVersion: '2' }, 'ok', /overlay2, cgroup v2, run by root/],
    [{ Driver: 'overlayfs', CgroupVersion: '2', SecurityOptions: ['name=rootless'] }, 'ok', /rootless/],
    [{ Driver: 'devicemapper', CgroupVersion: '2' }, 'warning', /devicemapper/],
    [{ Driver: 'overlay2', CgroupVersion: '1' }, 'warning', /cgroup v1/],
    [{}, 'warning', /cgroup v1/],
  ] as const)('set-up %o', (info, verdict, detail) => {
    expect(judgeSetup(EngineInfo.parse(info))).toMatchObject({
      verdict,
      detail: expect.stringMatching(detail),
    });
  });

  const container = (name: string, IP: string, PublicPort: number, Source = '/srv/data') =>
    EngineContainer.parse({ Names: [`/${name}`], Ports: [{ IP, PublicPort }], Mounts: [{ Source }] });

  test.each([
    [[], false, 'ok', /No container/],
    [[container('db', '127.0.0.1', 5432)], true, 'ok', /No container/],
    [[container('db', '0.0.0.0', 5432)], false, 'warning', /db \(5432\)\.$/],
    [[container('db', '::', 5432)], true, 'warning', /ufw does not stop them/],
  ] as const)('published ports %#', (containers, hasUfw, verdict, detail) => {
    expect(judgePublished([...containers], hasUfw)).toMatchObject({
      verdict,
      detail: expect.stringMatching(detail),
    });
  });

  test.each([
    ['/srv/docker.sock.d/x', 'ok'],
    ['/var/run/docker.sock', 'warning'],
    ['/run/user/1000/docker.sock', 'warning'],
    ['/var/run', 'warning'],
  ] as const)('a mount of %s', (source, verdict) => {
    expect(judgeMounts([container('agent', '', 1, source)])).toMatchObject({ verdict });
  });

  test.each([
    [[], 'ok'],
    [['127.0.0.1', '::1'], 'warning'],
    [['127.0.0.1', '0.0.0.0'], 'problem'],
  ] as const)('port 2375 at %o', (addresses, verdict) => {
    expect(judgeTcp([...addresses])).toMatchObject({ verdict });
  });
});

describe('verdicts on the network', () => {
  test.each([
    [{ servers: null, upstream: [], trouble: null }, 'problem', /missing/],
    [{ servers: [], upstream: [], trouble: null }, 'warning', /names no server/],
    [{ servers: ['127.0.0.53'], upstream: ['10.0.0.1'], trouble: null }, 'ok', /which asks 10.0.0.1/],
    [{ servers: ['10.0.0.1'], upstream: [], trouble: 'ETIMEOUT' }, 'warning', /ETIMEOUT/],
  ] as const)('name servers %o', (facts, verdict, detail) => {
    const { servers, upstream, trouble } = facts;
    const names = { servers: servers === null ? null : [...servers], upstream: [...upstream], trouble };
    expect(judgeNames(names)).toMatchObject({ verdict, detail: expect.stringMatching(detail) });
  });

  const owner = (command: string, pid = 7) => ({ pid, command, user: 0, address: '0.0.0.0' });

  test.each([
    [[], [], 'ok', /80 is free/],
    [[owner('caddy')], ['0.0.0.0'], 'ok', /held by caddy \(pid 7\)/],
    [[owner('docker-proxy')], ['0.0.0.0'], 'ok', /docker-proxy/],
    [[owner('apache2')], ['0.0.0.0'], 'warning', /apache2/],
    [[], ['::'], 'ok', /held by somebody \(::\)/],
  ] as const)('the web port held by %o', (owners, addresses, verdict, detail) => {
    const found = judgeWebPorts([{ port: 80, owners: [...owners], addresses: [...addresses] }]);
    expect(found).toMatchObject({ verdict, detail: expect.stringMatching(detail) });
  });

  test.each([
    [[], false, [], 'warning', /Nobody listens/],
    [[], true, [], 'unknown', /may not see who/],
    [[owner('node')], false, [7], 'ok', /our server \(pid 7/],
    [[owner('node')], false, [], 'unknown', /no launcher says/],
    [[owner('node'), owner('nginx', 8)], false, [7], 'problem', /held by nginx \(pid 8/],
  ] as const)('our port held by %o', (owners, isPartial, ours, verdict, detail) => {
    const found = judgePort({ port: 5000, owners: [...owners], isPartial, ours: new Set(ours) });
    expect(found).toMatchObject({ verdict, detail: expect.stringMatching(detail) });
  });

  test('what answers at the address of the server', () => {
    const url = 'http://127.0.0.1:5000';
    expect(judgeAnswer(url, { status: 200, text: '{"ok":true}' }).verdict).toBe('ok');
    expect(judgeAnswer(url, { status: 200, text: '<h1>Other</h1>' }).verdict).toBe('problem');
    expect(judgeAnswer(url, { status: 502, text: '{"ok":true}' }).verdict).toBe('problem');
    expect(judgeNoAnswer(url, 'ECONNREFUSED')).toMatchObject({ verdict: 'problem' });
  });
});

describe('verdicts on rights', () => {
  test.each([
    [[], 'unknown'],
    [[0, 0, 0], 'problem'],
    [[1000, 0, 1000], 'problem'],
    [[33, 33, 33], 'problem'],
    [[1000, 1000, 1000], 'ok'],
  ] as const)('a server with the user ids %o', (uids, verdict) => {
    expect(judgeServerUser({ pid: 7, uids: [...uids], owner: 1000 })).toMatchObject({ verdict });
  });

  test('a stopped server, and groups', () => {
    expect(judgeStoppedServer(0).verdict).toBe('problem');
    expect(judgeStoppedServer(1000).verdict).toBe('unknown');
    expect(judgeGroups(1000, ['me', 'audio']).verdict).toBe('ok');
    expect(judgeGroups(1000, ['me', 'docker', 'lxd'])).toMatchObject({
      verdict: 'warning',
      detail: expect.stringContaining('docker, lxd'),
    });
    expect(judgeDockerGroup(null).verdict).toBe('ok');
    expect(judgeDockerGroup([]).verdict).toBe('ok');
    expect(judgeDockerGroup(['me'])).toMatchObject({
      verdict: 'warning',
      next: expect.stringContaining('me docker'),
    });
  });
});

describe('verdicts on the machine', () => {
  const gib = 1024 ** 3;

  test.each([
    [100 * gib, 200 * gib, 'ok'],
    [3 * gib, 1000 * gib, 'warning'],
    [gib, 4 * gib, 'warning'],
    [gib / 8, 4 * gib, 'problem'],
    [0, 0, 'problem'],
  ] as const)('%i of %i bytes are free', (free, total, verdict) => {
    expect(judgeSpace({ place: '/', free, total })).toMatchObject({ verdict });
  });

  test.each([
    [0, 0, 'ok'],
    [50, 100, 'ok'],
    [4, 100, 'warning'],
    [0, 100, 'problem'],
  ] as const)('%i of %i inodes are free', (free, total, verdict) => {
    expect(judgeInodes({ place: '/', free, total })).toMatchObject({ verdict });
  });

  const meminfo = (available: number, swap: number, free: number) =>
    `MemTotal:       8000000 kB\nMemAvailable:   ${available} kB\nSwapTotal:      ${swap} kB\nSwapFree:       ${free} kB\n`;

  test.each([
    [meminfo(4_000_000, 0, 0), 'ok', /there is no swap/],
    [meminfo(4_000_000, 2_000_000, 1_900_000), 'ok', /swap are free/],
    [meminfo(4_000_000, 2_000_000, 100_000), 'warning', /swap are free/],
    [meminfo(200_000, 0, 0), 'warning', /195 MiB/],
    [meminfo(20_000, 0, 0), 'problem', /19 MiB/],
    ['', 'unknown', /does not say/],
  ] as const)('memory %#', (text, verdict, detail) => {
    expect(judgeMemory(text)).toMatchObject({ verdict, detail: expect.stringMatching(detail) });
  });

  test.each([
    ['chronyd', null, 'ok'],
    [null, 'yes', 'ok'],
    [null, 'no', 'warning'],
    [null, 'what?', 'unknown'],
    [null, null, 'unknown'],
  ] as const)('a clock kept by %s, of which the kernel says %s', (service, kernel, verdict) => {
    expect(judgeClock({ service, kernel })).toMatchObject({ verdict });
  });

  const limits = { inotifyInstances: 512, inotifyWatches: 524_288, filesUsed: 1000, filesMost: 1_000_000 };

  test.each([
    [{}, 'ok', undefined],
    [{ inotifyInstances: 64 }, 'warning', /max_user_instances=512 into/],
    [
      { inotifyInstances: 64, inotifyWatches: 8192 },
      'warning',
      /instances=512 and fs.inotify.max_user_watches/,
    ],
    [{ filesUsed: 950_000 }, 'problem', /lsof/],
  ] as const)('kernel limits %o', (changed, verdict, next) => {
    const found = judgeKernel({ ...limits, ...changed });
    expect(found.verdict).toBe(verdict);
    if (next !== undefined) expect(found.next).toMatch(next);
  });

  test.each([
    [true, true, 'ok', undefined],
    [false, false, 'ok', undefined],
    [true, false, 'warning', /tcp_migrate_req=1 into/],
    [true, null, 'warning', /5\.14/],
  ] as const)('a proxy on 443: %o, whose connections may move: %o', (isServing, migrates, verdict, next) => {
    const found = judgeHandOver({ isServing, migrates });
    expect(found.verdict).toBe(verdict);
    if (next !== undefined) expect(found.next).toMatch(next);
  });

  test.each([
    ['APT::Periodic::Unattended-Upgrade "1";', false, 'ok'],
    ['APT::Periodic::Unattended-Upgrade "0";', false, 'warning'],
    ['', false, 'warning'],
    [null, false, 'unknown'],
    ['APT::Periodic::Unattended-Upgrade "1";', true, 'warning'],
  ] as const)('updates with %o, to be restarted: %o', (aptSettings, needsReboot, verdict) => {
    expect(judgeUpdates({ aptSettings, needsReboot, rebootFor: ['linux-base'] })).toMatchObject({ verdict });
  });

  test.each([
    ['Europe/Berlin', 'Europe/Berlin', 'ok'],
    ['Etc/UTC', 'UTC', 'ok'],
    [null, 'UTC', 'ok'],
    ['Europe/Berlin', 'America/New_York', 'warning'],
  ] as const)('a machine in %s and a process in %s', (machine, process, verdict) => {
    expect(judgeZone({ machine, process })).toMatchObject({ verdict });
  });
});
