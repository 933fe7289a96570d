import { networkInterfaces } from 'node:os';
import { type HostileCase, create, post, raw, simple } from './case.ts';
import { writeRequest } from '../send.ts';

/** Volumes that are paths of the machine, and removal of volumes. */
export function volumeCases(): HostileCase[] {
  const options: [string, Record<string, unknown>][] = [
    ['a bind of the root', { type: 'none', o: 'bind', device: '/' }],
    ['a recursive bind', { type: 'none', o: 'rbind', device: '/etc' }],
    ['a disk', { type: 'ext4', device: '/dev/sda1' }],
    ['an overlay', { type: 'overlay', device: 'overlay', o: 'lowerdir=/' }],
    ['a share', { type: 'nfs', o: 'addr=1.2.3.4', device: ':/x' }],
    ['proc', { type: 'proc', device: 'proc' }],
  ];
  return [
    ...options.flatMap(([label, value]) => [
      post(`volume of ${label}`, '/volumes/create', { Name: 'v', Driver: 'local', DriverOpts: value }),
      post(`volume of ${label}, options in small letters`, '/volumes/create', {
        Name: 'v',
        driveropts: value,
      }),
    ]),
    post('volume of a foreign driver', '/volumes/create', { Name: 'v', Driver: 'evil' }),
    post('cluster volume', '/volumes/create', { Name: 'v', ClusterVolumeSpec: { Group: 'x' } }),
    post('volume with a path as name', '/volumes/create', { Name: '../../etc' }),
    ...['rootvolume', 'slyvolume', 'diskvolume', 'pluginvolume'].flatMap((name) => [
      create(`bind of ${name}, made elsewhere`, { HostConfig: { Binds: [`${name}:/x`] } }),
      create(`mount of ${name}, made elsewhere`, {
        HostConfig: { Mounts: [{ Type: 'volume', Source: name, Target: '/x' }] },
      }),
    ]),
    simple('volume removal', 'DELETE', '/v1.41/volumes/plainvolume'),
    simple('forced volume removal', 'DELETE', '/volumes/plainvolume?force=1'),
    simple('container removal with its volumes', 'DELETE', '/containers/plain?v=1'),
    simple('container removal with its volumes, spelled out', 'DELETE', '/containers/plain?force=1&v=true'),
    simple('container removal with v=yes', 'DELETE', '/containers/plain?v=yes'),
    simple('container removal with V=1', 'DELETE', '/containers/plain?V=1'),
  ];
}

/** Networks that join those of the machine, or take addresses of others. */
export function networkCases(): HostileCase[] {
  const drivers = ['host', 'macvlan', 'ipvlan', 'overlay', 'null', 'evil', 'BRIDGE'];
  const options = [
    'com.docker.network.bridge.name',
    'com.docker.network.bridge.gateway_mode_ipv4',
    'com.docker.network.bridge.inhibit_ipv4',
    'parent',
    'com.docker.network.container_iface_prefix',
  ];
  const subnets = [
    '0.0.0.0/0',
    '0.0.0.0/1',
    '8.8.8.0/24',
    '127.0.0.0/8',
    '10.0.0.0/7',
    '172.0.0.0/8',
    '2000::/3',
    'x',
    'fe80::/10',
    'fc00::/6',
    '10.0.0.0/33',
    '10.0.0.0',
    '10.0.0.0/8/8',
    ...ownSubnets(),
  ];
  return [
    ...drivers.map((Driver) =>
      post(`network with driver ${Driver}`, '/networks/create', { Name: 'n', Driver }),
    ),
    ...options.map((key) =>
      post(`network with option ${key}`, '/networks/create', {
        Name: 'n',
        Driver: 'bridge',
        Options: { [key]: 'br0' },
      }),
    ),
    ...subnets.map((Subnet) =>
      post(`network that takes ${Subnet}`, '/networks/create', { Name: 'n', IPAM: { Config: [{ Subnet }] } }),
    ),
    post('network with a foreign address manager', '/networks/create', {
      Name: 'n',
      IPAM: { Driver: 'evil' },
    }),
    post('ingress network', '/networks/create', { Name: 'n', Ingress: true }),
    post('network of another configuration', '/networks/create', { Name: 'n', ConfigFrom: { Network: 'x' } }),
    post('swarm network', '/networks/create', { Name: 'n', Scope: 'swarm' }),
    post('joining the host network by name', '/networks/host/connect', { Container: 'plain' }),
    post('joining the host network by id', `/networks/${'e'.repeat(64)}/connect`, { Container: 'plain' }),
    post('joining with driver options', '/networks/friends/connect', {
      Container: 'plain',
      EndpointConfig: {
        DriverOpts: { 'com.docker.network.endpoint.sysctls': 'net.ipv4.conf.IFNAME.forwarding=1' },
      },
    }),
    ...['host', 'e'.repeat(64), 'e'.repeat(12), 'container:plain'].map((name) =>
      create(`create on network ${name}`, { NetworkingConfig: { EndpointsConfig: { [name]: {} } } }),
    ),
    create('create with endpoint options', {
      NetworkingConfig: { EndpointsConfig: { friends: { DriverOpts: { x: 'y' } } } },
    }),
    create('create with an unknown networking field', { NetworkingConfig: { Evil: {} } }),
  ];
}

/** Commands as somebody else, and commands in containers that somebody gave more power. */
export function execCases(): HostileCase[] {
  const strong = [
    'privileged',
    'hostnet',
    'hostpid',
    'withsocket',
    'withroot',
    'withrootvolume',
    'withdevice',
    'withcaps',
  ];
  const path = '/v1.41/containers/plain/exec';
  return [
    post('privileged exec', path, { Cmd: ['id'], Privileged: true }),
    post('privileged exec in small letters', path, { Cmd: ['id'], privileged: true }),
    post('exec as root', path, { Cmd: ['id'], User: 'root' }),
    post('exec as number 0', path, { Cmd: ['id'], User: '0' }),
    post('exec as root in capitals', path, { Cmd: ['id'], USER: 'root' }),
    raw('exec with user twice', writeRequest('POST', path, '{"Cmd":["id"],"User":"","User":"root"}')),
    raw(
      'exec with user in two spellings',
      writeRequest('POST', path, '{"Cmd":["id"],"User":"","user":"root"}'),
    ),
    post('exec with an unknown field', path, { Cmd: ['id'], Evil: 1 }),
    ...strong.map((name) => post(`exec in ${name}`, `/containers/${name}/exec`, { Cmd: ['id'] })),
    ...strong.map((name) =>
      raw(
        `attach with input to ${name}`,
        writeRequest('POST', `/containers/${name}/attach?stream=1&stdin=1&stdout=1`, undefined, {
          Connection: 'Upgrade',
          Upgrade: 'tcp',
        }),
      ),
    ),
    post('start of a foreign exec', `/exec/${'b'.repeat(64)}/start`, { Detach: false }),
    post('start of a named exec', '/exec/plain/start', {}),
    simple('exec over a WebSocket', 'GET', '/containers/plain/attach/ws?stream=1&stdin=1'),
  ];
}

/** Networks around the machine's own addresses. */
function ownSubnets(): string[] {
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return own.filter(({ family }) => family === 'IPv4').map(({ address }) => `${address}/24`);
}
