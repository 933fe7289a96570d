import { expect, test } from 'vitest';
import { mayDo, type Walls } from './may-do.ts';

/** A container with nothing to remark on. */
const quiet: Walls = {
  power: {
    isPrivileged: false,
    networkMode: 'bridge',
    pidMode: '',
    ipcMode: 'private',
    utsMode: '',
    usernsMode: '',
    addedCapabilities: [],
    droppedCapabilities: [],
    devices: [],
    securityOptions: ['no-new-privileges'],
    isRootReadOnly: true,
  },
  mounts: [],
  ports: [],
  user: '1000:1000',
  limits: { memoryBytes: 1e9, cpus: null, processes: null },
  restartPolicy: { name: 'unless-stopped', maximumRetries: 0 },
};

const power = (change: Partial<Walls['power']>): Partial<Walls> => ({ power: { ...quiet.power, ...change } });
const bind = (source: string, isReadOnly = false): Partial<Walls> => ({
  mounts: [{ type: 'bind', name: null, source, target: '/x', isReadOnly }],
});
const port = (address: string | null, protocol: 'tcp' | 'udp' = 'tcp'): Partial<Walls> => ({
  ports: [{ container: 80, protocol, published: 8080, address }],
});

test('nothing is said of a container within ordinary walls', () => {
  expect(mayDo(quiet)).toEqual([]);
});

test.each<[string, Partial<Walls>, string]>([
  ['privileged', power({ isPrivileged: true }), 'danger privileged '],
  ['host network', power({ networkMode: 'host' }), 'danger host-network '],
  ['host processes', power({ pidMode: 'host' }), 'danger host-processes '],
  ['host ipc', power({ ipcMode: 'host' }), 'warning host-ipc '],
  ['host name', power({ utsMode: 'host' }), 'warning host-name '],
  ['host users', power({ usernsMode: 'host' }), 'warning host-users '],
  ["another container's network", power({ networkMode: 'container:abc' }), 'warning joins-container abc'],
  ['a device', power({ devices: ['/dev/kvm'] }), 'danger device /dev/kvm'],
  ['no seccomp', power({ securityOptions: ['seccomp=unconfined'] }), 'danger unconfined seccomp=unconfined'],
  [
    'no AppArmor',
    power({ securityOptions: ['apparmor:unconfined'] }),
    'danger unconfined apparmor:unconfined',
  ],
  ['a mighty capability', power({ addedCapabilities: ['SYS_ADMIN'] }), 'danger capability SYS_ADMIN'],
  ['all capabilities', power({ addedCapabilities: ['ALL'] }), 'danger capability ALL'],
  [
    'a capability spelled long',
    power({ addedCapabilities: ['cap_net_admin'] }),
    'danger capability NET_ADMIN',
  ],
  ['another capability', power({ addedCapabilities: ['SYS_TIME'] }), 'warning capability SYS_TIME'],
  [
    'a capability given back',
    power({ addedCapabilities: ['CHOWN'], droppedCapabilities: ['ALL'] }),
    'info capability CHOWN',
  ],
  ['the engine socket', bind('/var/run/docker.sock'), 'danger engine-socket /var/run/docker.sock'],
  ['the engine socket, read only', bind('/run/docker.sock', true), 'danger engine-socket /run/docker.sock'],
  ['the whole machine', bind('/'), 'danger sensitive-bind /'],
  ['the whole machine, read only', bind('/', true), 'danger sensitive-bind / (ro)'],
  ['/etc with a slash', bind('/etc/'), 'danger sensitive-bind /etc'],
  ['/root', bind('/root'), 'danger sensitive-bind /root'],
  ['/proc', bind('/proc', true), 'danger sensitive-bind /proc (ro)'],
  ['a file in /etc', bind('/etc/shadow'), 'warning sensitive-bind /etc/shadow'],
  ['a file in /etc, read only', bind('/etc/ssl', true), 'info sensitive-bind /etc/ssl (ro)'],
  ['every network', port('0.0.0.0'), 'warning published-everywhere 8080'],
  ['every network, IPv6', port('::'), 'warning published-everywhere 8080'],
  ['no address named', port(null), 'warning published-everywhere 8080'],
  ['another protocol', port('0.0.0.0', 'udp'), 'warning published-everywhere 8080/udp'],
  ['loopback', port('127.0.0.1'), 'info published-loopback 8080'],
  ['one address', port('192.168.1.5'), 'info published-address 192.168.1.5:8080'],
  ['one IPv6 address', port('fd00::5'), 'info published-address [fd00::5]:8080'],
  ['root by default', { user: '' }, 'warning runs-as-root '],
  ['root by number', { user: '0:0' }, 'warning runs-as-root '],
  ['root by name', { user: 'root' }, 'warning runs-as-root '],
  ['a root that can be written', power({ isRootReadOnly: false }), 'info writable-root '],
  ['no limit', { limits: { ...quiet.limits, memoryBytes: null } }, 'info no-memory-limit '],
  ['no restart', { restartPolicy: { name: 'no', maximumRetries: 0 } }, 'info no-restart '],
])('%s is told', (_what, change, expected) => {
  const found = mayDo({ ...quiet, ...change });

  expect(found.map(({ level, key, detail }) => `${level} ${key} ${detail}`)).toEqual([expected]);
});

test.each([
  ['time zone data', bind('/etc/localtime', true)],
  ['an app directory', bind('/var/lib/nebula/apps/blog')],
  [
    'a volume of that name',
    { mounts: [{ type: 'volume' as const, name: 'etc', source: '/etc', target: '/x', isReadOnly: false }] },
  ],
  [
    'a port that is not published',
    { ports: [{ container: 80, protocol: 'tcp' as const, published: null, address: null }] },
  ],
  ['a path that only begins alike', bind('/etcetera')],
])('%s is nothing to remark on', (_what, change) => {
  expect(mayDo({ ...quiet, ...change })).toEqual([]);
});

test('the gravest stands first, and one port on both families is told once', () => {
  const found = mayDo({
    ...quiet,
    ...power({ isPrivileged: true, isRootReadOnly: false }),
    ports: [
      { container: 80, protocol: 'tcp', published: 80, address: '0.0.0.0' },
      { container: 80, protocol: 'tcp', published: 80, address: '::' },
    ],
  });

  expect(found.map(({ level }) => level)).toEqual(['danger', 'warning', 'info']);
});
