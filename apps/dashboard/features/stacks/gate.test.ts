import { mkdtemp, mkdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { foresee } from '@nebula/broker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { gateOf } from './gate.ts';
import { Rendered } from './rendered.ts';

let root: string;
beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'nst-')));
  await mkdir(join(root, 'shop'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const gate = (service: object, more: object = {}) =>
  gateOf(foresee, 'shop', Rendered.parse({ services: { web: { image: 'i', ...service } }, ...more }), [root]);
const rules = async (service: object, more?: object) =>
  (await gate(service, more)).items.map(({ rule }) => rule);

test.each<[string, object]>([
  ['privileged', { privileged: true }],
  ['host-namespace', { pid: 'host' }],
  ['host-namespace', { ipc: 'host' }],
  ['host-namespace', { uts: 'host' }],
  ['host-namespace', { userns_mode: 'host' }],
  ['host-namespace', { cgroup: 'host' }],
  ['host-namespace', { network_mode: 'host' }],
  ['join-container', { network_mode: 'service:vpn' }],
  ['join-container', { pid: 'container:abc' }],
  ['capabilities', { cap_add: ['NET_ADMIN'] }],
  ['devices', { devices: [{ source: '/dev/dri', target: '/dev/dri' }] }],
  ['devices', { deploy: { resources: { reservations: { devices: [{ capabilities: ['gpu'] }] } } } }],
  ['devices', { gpus: [{ count: -1 }] }],
  ['devices', { device_cgroup_rules: ['a *:* rwm'] }],
  ['security-options', { security_opt: ['seccomp:unconfined'] }],
  ['sysctls', { sysctls: { 'net.ipv4.ip_forward': '1' } }],
  ['cgroup-parent', { cgroup_parent: '/x' }],
  ['runtime', { runtime: 'nvidia' }],
  ['out-of-memory', { oom_score_adj: -500 }],
  ['out-of-memory', { oom_kill_disable: true }],
  ['volumes-from', { volumes_from: ['other'] }],
  ['log-driver', { logging: { driver: 'syslog', options: {} } }],
  ['bind-outside-roots', { volumes: [{ type: 'bind', source: '/etc', target: '/x' }] }],
  [
    'mount-options',
    { volumes: [{ type: 'bind', source: '/etc', target: '/x', bind: { propagation: 'shared' } }] },
  ],
  ['realtime', { cpu_rt_runtime: 1000 }],
])('%s is foreseen of %j', async (rule, service) => {
  expect(await rules(service)).toContain(rule);
});

test('the engine socket and volumes that are paths of the machine are foreseen', async () => {
  const socket = { volumes: [{ type: 'bind', source: '/proc/1/root/dev/null', target: '/x' }] };
  expect(await rules(socket)).toContain('bind-outside-roots');
  const volume = { volumes: [{ type: 'volume', source: 'data', target: '/x' }] };
  const bind = {
    data: { name: 'shop_data', driver: 'local', driver_opts: { type: 'none', o: 'bind', device: '/' } },
  };
  expect(await rules(volume, { volumes: bind })).toEqual(['volume-driver', 'volume-points-at-host']);
  expect(await rules({}, { networks: { lan: { name: 'lan', driver: 'macvlan' } } })).toEqual([
    'network-driver',
  ]);
});

test('an ordinary stack has no gate', async () => {
  const service = {
    volumes: [
      { type: 'bind', source: join(root, 'shop'), target: '/x' },
      { type: 'volume', source: 'data', target: '/data' },
      { type: 'tmpfs', target: '/tmp' },
    ],
    ...{
      cap_drop: ['ALL'],
      cap_add: ['CHOWN'],
      security_opt: ['no-new-privileges:true'],
      networks: { default: null },
    },
    ...{ logging: { driver: 'json-file', options: { 'max-size': '1m' } }, tmpfs: ['/scratch:size=1m'] },
  };

  const found = await gate(service, {
    volumes: { data: { name: 'shop_data' } },
    networks: { default: { name: 'shop_default', ipam: {} } },
  });

  expect(found).toEqual({ items: [], agreements: [], digest: null });
});

test('what nobody can lift cannot be agreed to', async () => {
  const inline = await gate({ configs: [{ source: 'c' }] }, { configs: { c: { content: 'x' } } });
  const provider = await gate({ provider: { type: 'x' } });
  const hook = await gate({ post_start: [{ command: 'x', user: 'root' }] });

  for (const { items, digest } of [inline, provider, hook]) {
    expect([items[0]?.canBeGranted, digest]).toEqual([false, null]);
  }
});

test('the digest of a gate changes with any of its power, and with nothing else', async () => {
  const one = await gate({ cap_add: ['NET_ADMIN'] });
  const same = await gate({ cap_add: ['NET_ADMIN'], environment: { A: 'b' } });
  const other = await gate({ cap_add: ['SYS_ADMIN'] });

  expect(one.digest).toMatch(/^[0-9a-f]{64}$/);
  expect(same.digest).toBe(one.digest);
  expect(other.digest).not.toBe(one.digest);
});
