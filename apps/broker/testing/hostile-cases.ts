import { writeRequest } from './send.ts';

/** A request that must not get through, as the bytes a client would send. */
export interface HostileCase {
  name: string;
  bytes: Buffer;
  /**
   * `refused`: the engine sees nothing. `unanswered`: the request never ends, so it is never judged. `judgedWithout`:
   * the engine may see one request, in which nothing matches this expression.
   */
  expect: 'refused' | 'unanswered' | { judgedWithout: RegExp };
}

/** Paths the test has made: `root` is an app directory with links that lead out of it. */
export interface Ground {
  root: string;
  engineSocket: string;
}

type Body = Record<string, unknown>;

/** All hostile cases; each is a way to the host that somebody used, or the same way spelled differently. */
export function hostileCases(ground: Ground): HostileCase[] {
  return [
    ...powerCases(),
    ...pathCases(ground),
    ...volumeCases(),
    ...networkCases(),
    ...execCases(),
    ...routeCases(),
    ...targetCases(),
    ...queryCases(),
    ...bodyCases(),
    ...wireCases(),
  ];
}

/** Fields of `HostConfig` that give power over the machine. */
const powers: [string, unknown][] = [
  ['Privileged', true],
  ['PidMode', 'host'],
  ['PidMode', 'container:plain'],
  ['IpcMode', 'host'],
  ['IpcMode', 'container:plain'],
  ['UTSMode', 'host'],
  ['UsernsMode', 'host'],
  ['CgroupnsMode', 'host'],
  ['Cgroup', 'container:plain'],
  ['NetworkMode', 'host'],
  ['NetworkMode', 'e'.repeat(64)],
  ['NetworkMode', 'e'.repeat(12)],
  ['NetworkMode', 'container:plain'],
  ['NetworkMode', 'ns:/proc/1/ns/net'],
  ['CapAdd', ['SYS_ADMIN']],
  ['CapAdd', ['ALL']],
  ['CapAdd', ['CAP_SYS_PTRACE']],
  ['CapAdd', ['NET_ADMIN', 'CHOWN']],
  ['CapAdd', ['CHOWN']],
  ['Devices', [{ PathOnHost: '/dev/sda', PathInContainer: '/dev/sda', CgroupPermissions: 'rwm' }]],
  ['DeviceRequests', [{ Driver: 'nvidia', Count: -1, Capabilities: [['gpu']] }]],
  ['DeviceCgroupRules', ['a *:* rwm']],
  ['BlkioWeightDevice', [{ Path: '/dev/sda', Weight: 10 }]],
  ['BlkioDeviceReadBps', [{ Path: '/dev/sda', Rate: 1 }]],
  ['SecurityOpt', ['seccomp=unconfined']],
  ['SecurityOpt', ['apparmor=unconfined']],
  ['SecurityOpt', ['label=disable']],
  ['SecurityOpt', ['systempaths=unconfined']],
  ['SecurityOpt', ['no-new-privileges:true', 'seccomp=unconfined']],
  ['SecurityOpt', ['no-new-privileges:false']],
  ['Sysctls', { 'kernel.core_pattern': '|/bin/sh' }],
  ['Sysctls', { 'net.ipv4.ip_forward': '1' }],
  ['CgroupParent', '/system.slice'],
  ['Runtime', 'evil'],
  ['Annotations', { 'run.oci.handler': 'krun' }],
  ['OomScoreAdj', -1000],
  ['OomKillDisable', true],
  ['CpuRealtimeRuntime', 950000],
  ['MaskedPaths', []],
  ['ReadonlyPaths', []],
  ['MaskedPaths', ['/proc/kcore']],
  ['VolumesFrom', ['withroot']],
  ['VolumeDriver', 'evil'],
  ['Tmpfs', { '/x': 'rw,suid,dev' }],
  ['Tmpfs', { '/x': 'bind' }],
  ['LogConfig', { Type: 'syslog', Config: { 'syslog-address': 'unix:///var/run/docker.sock' } }],
  ['LogConfig', { Type: 'fluentd', Config: {} }],
  ['LogConfig', { Type: 'json-file', Config: { 'syslog-address': 'tcp://1.2.3.4' } }],
  ['Isolation', 'hyperv'],
  ['StorageOpt', { 'dm.basesize': '1' }],
  ['Unknown', true],
];

function powerCases(): HostileCase[] {
  return powers.flatMap(([field, value]) => {
    const label = `${field}=${JSON.stringify(value)}`.slice(0, 60);
    const text = JSON.stringify(value);
    const lower = field.toLowerCase();
    return [
      create(`create with ${label}`, { HostConfig: { [field]: value } }),
      create(`create with ${label} in small letters`, { HostConfig: { [lower]: value } }),
      create(`create with ${label} at the top, where old engines read it too`, { [field]: value }),
      createText(
        `create with ${label} given twice`,
        `{"Image":"i","HostConfig":{"${field}":null,"${field}":${text}}}`,
      ),
      createText(
        `create with ${label} behind a harmless twin in other letters`,
        `{"Image":"i","HostConfig":{"${field}":null,"${lower}":${text}}}`,
      ),
      createText(
        `create with ${label} in a second HostConfig`,
        `{"Image":"i","HostConfig":{},"hostconfig":{"${field}":${text}}}`,
      ),
      post(`update with ${label}`, '/v1.41/containers/plain/update', { [field]: value }),
    ];
  });
}

function pathCases({ root, engineSocket }: Ground): HostileCase[] {
  const sources = [
    '/',
    '//',
    '/etc',
    '/root',
    '/var/run',
    '/var/run/docker.sock',
    '/run/docker.sock',
    '/proc',
    '/sys',
    '/dev',
    '/proc/1/root',
    '/proc/self/root',
    engineSocket,
    `${root}-beside`,
    `${root}/..`,
    `${root}/../`,
    `${root}/.`,
    `${root}/./x`,
    `${root}//x`,
    `${root}/inside/../../..`,
    `${root}/to-root`,
    `${root}/to-root/etc`,
    `${root}/to-etc`,
    `${root}/to-nothing`,
    `${root}/to-nothing/x`,
    `${root}/inside/up`,
    `${root}/a-socket`,
    `${root}/to-socket`,
    `${root}/loop`,
    `${root}/\n/x`,
    './relative',
    '../relative',
    '~',
    '~/x',
    '-',
    ' /etc',
    '/etc/shadow',
    '/etc/localtime/../shadow',
  ];
  return sources
    .flatMap((source) => [
      create(`bind of ${source}`, { HostConfig: { Binds: [`${source}:/x`] } }),
      create(`read-only bind of ${source}`, { HostConfig: { Binds: [`${source}:/x:ro`] } }),
      create(`bind mount of ${source}`, {
        HostConfig: { Mounts: [{ Type: 'bind', Source: source, Target: '/x' }] },
      }),
    ])
    .concat([
      create('writable bind of a harmless file', { HostConfig: { Binds: ['/etc/localtime:/x'] } }),
      create('bind with shared propagation', { HostConfig: { Binds: [`${root}/inside:/x:rshared`] } }),
      create('bind with an unknown option', { HostConfig: { Binds: [`${root}/inside:/x:ro,exec`] } }),
      create('bind in four parts', { HostConfig: { Binds: [`${root}/inside:/x:ro:/y`] } }),
      create('bind without target', { HostConfig: { Binds: [`${root}/inside:`] } }),
      create('bind that is no text', { HostConfig: { Binds: [{ Source: '/' }] } }),
      create('binds that are a text', { HostConfig: { Binds: '/:/x' } }),
      create('mount with shared propagation', {
        HostConfig: {
          Mounts: [
            { Type: 'bind', Source: `${root}/inside`, Target: '/x', BindOptions: { Propagation: 'shared' } },
          ],
        },
      }),
      create('mount without type', { HostConfig: { Mounts: [{ Source: '/', Target: '/x' }] } }),
      create('mount with a type in capitals', {
        HostConfig: { Mounts: [{ Type: 'BIND', Source: '/', Target: '/x' }] },
      }),
      create('mount of a named pipe', {
        HostConfig: { Mounts: [{ Type: 'npipe', Source: '/x', Target: '/x' }] },
      }),
      create('mount of a cluster volume', {
        HostConfig: { Mounts: [{ Type: 'cluster', Source: 'x', Target: '/x' }] },
      }),
      create('mount of an image', { HostConfig: { Mounts: [{ Type: 'image', Source: 'x', Target: '/x' }] } }),
      create('volume mount with a path as source', {
        HostConfig: { Mounts: [{ Type: 'volume', Source: '/', Target: '/x' }] },
      }),
      create('tmpfs mount with a source', {
        HostConfig: { Mounts: [{ Type: 'tmpfs', Source: '/', Target: '/x' }] },
      }),
      create('tmpfs mount with options', {
        HostConfig: { Mounts: [{ Type: 'tmpfs', Target: '/x', TmpfsOptions: { Options: [['dev']] } }] },
      }),
      create('volume mount whose driver binds', {
        HostConfig: {
          Mounts: [
            {
              Type: 'volume',
              Source: 'new',
              Target: '/x',
              VolumeOptions: {
                DriverConfig: { Name: 'local', Options: { type: 'none', o: 'bind', device: '/' } },
              },
            },
          ],
        },
      }),
      create('volume mount with a foreign driver', {
        HostConfig: {
          Mounts: [{ Type: 'volume', Target: '/x', VolumeOptions: { DriverConfig: { Name: 'evil' } } }],
        },
      }),
      create('volume mount whose sub-path climbs out', {
        HostConfig: {
          Mounts: [{ Type: 'volume', Source: 'v', Target: '/x', VolumeOptions: { Subpath: 'a/../../..' } }],
        },
      }),
      create('source in small letters beside a harmless one', {
        HostConfig: { Mounts: [{ Type: 'bind', Source: `${root}/inside`, source: '/', Target: '/x' }] },
      }),
      create('anonymous volume that is a bind', { Volumes: { '/:/host': {} } }),
    ]);
}

function volumeCases(): HostileCase[] {
  const options: [string, Body][] = [
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

function networkCases(): HostileCase[] {
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

function execCases(): HostileCase[] {
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

function routeCases(): HostileCase[] {
  const routes = [
    'PUT /containers/plain/archive?path=/',
    'GET /containers/plain/archive?path=/etc',
    'HEAD /containers/plain/archive?path=/etc',
    'GET /containers/plain/export',
    'POST /containers/plain/copy',
    'POST /containers/plain/checkpoints',
    'GET /containers/plain/checkpoints',
    'POST /containers/prune',
    'POST /images/prune',
    'POST /networks/prune',
    'POST /volumes/prune',
    'POST /build/prune',
    'POST /system/prune',
    'POST /commit?container=plain',
    'POST /images/load',
    'GET /images/get?names=x',
    'GET /images/x/get',
    'POST /images/x/push',
    'GET /images/search?term=x',
    'POST /auth',
    'POST /session',
    'POST /grpc',
    'GET /plugins',
    'GET /plugins/privileges?remote=x',
    'POST /plugins/pull?remote=x',
    'POST /plugins/create?name=x',
    'POST /plugins/x/enable',
    'POST /plugins/x/set',
    'DELETE /plugins/x',
    'GET /swarm',
    'POST /swarm/init',
    'POST /swarm/join',
    'POST /swarm/leave',
    'GET /nodes',
    'GET /services',
    'POST /services/create',
    'GET /tasks',
    'GET /secrets',
    'POST /secrets/create',
    'GET /configs',
    'POST /configs/create',
    'GET /debug/pprof/',
    'GET /debug/vars',
    'GET /metrics',
    'GET /containers/ps',
    'POST /containers/plain/exec/start',
    'PUT /volumes/plainvolume',
    'PATCH /containers/plain',
    'OPTIONS /containers/json',
    'TRACE /containers/json',
    'CONNECT /containers/json',
    'get /containers/json',
    'PRI *',
    'PUT /containers/create',
    'GET /containers/create',
    'POST /containers/json',
    'DELETE /containers/plain/json',
    'HEAD /containers/json',
    'POST /info',
    'GET /',
    'GET /v1.41',
    'GET /v1.41/',
    'POST /distribution/x/json',
    'GET /system',
    'GET /Containers/json',
    'GET /containers/JSON',
    'GET /_PING',
    'GET /containers',
    'POST /containers',
    'DELETE /images',
    'DELETE /networks',
  ];
  return routes.map((route) => {
    const [method = '', target = ''] = route.split(' ');
    return simple(`route ${route}`, method, target);
  });
}

function targetCases(): HostileCase[] {
  const targets = [
    '//containers/json',
    '/containers//json',
    '/containers/json/',
    '/containers/json//',
    '/v1.41//containers/json',
    '/./containers/json',
    '/containers/./json',
    '/v1.41/../v1.41/containers/json',
    '/containers/x/../json',
    '/containers/plain/json/../archive',
    '/containers/..%2fplain/json',
    '/containers/%2e%2e/json',
    '/containers/%2E%2E%2Fplugins/json',
    '/containers/plain%00/json',
    '/containers/plain%0a/json',
    '/containers/plain%20x/json',
    '/containers/%70lain/json',
    '/%63ontainers/json',
    '/containers/plain%252fjson',
    '/containers/plain;x/json',
    '/containers/plain\\..\\x/json',
    '/containers/plain/json#x',
    '/containers/plain%23/json',
    '/containers/pl*in/json',
    '/v1.23/containers/json',
    '/v1.61/containers/json',
    '/v1.9/containers/json',
    '/v1.041/containers/json',
    '/v1/containers/json',
    '/v2.0/containers/json',
    '/v1.41.0/containers/json',
    '/V1.41/containers/json',
    '/v1.41/v1.41/containers/json',
    '/v-1.41/containers/json',
    '/v1.41%2fcontainers/json',
    'http://docker/containers/json',
    'http://127.0.0.1/containers/json',
    'docker:80',
    '*',
    'containers/json',
    '?all=1',
    `/containers/${'a'.repeat(20_000)}/json`,
    '/images/../containers/json',
    '/images/x/../../plugins/json',
    '/images/./json',
    '/images/x//json',
    '/images/-x/json',
    '/containers/\u00e9/json',
    '/\t/containers/json',
  ];
  return targets.flatMap((target) => [simple(`target ${target.slice(0, 60)}`, 'GET', target)]);
}

function queryCases(): HostileCase[] {
  const get = [
    '/containers/json?all=1&all=0',
    '/containers/json?all=2',
    '/containers/json?All=1',
    '/containers/json?evil=1',
    '/containers/json?__proto__=1',
    '/containers/json?filters={',
    '/containers/json?filters=%7B%22a%22:1%7D',
    '/containers/json?filters=%7B%22a%22:[%22b%22],%22a%22:[%22c%22]%7D',
    '/containers/json?limit=1e3',
    '/containers/json?limit=%31%00',
    '/containers/json?all=%ff',
    '/containers/json?all=1;size=1',
    '/containers/json?&all=1',
    '/containers/json?all=1&',
    '/containers/plain/top?ps_args=e',
    '/containers/plain/top?ps_args=-eo%20pid,args%20--sort%20x',
    '/containers/plain/top?ps_args=auxe',
    '/containers/plain/logs?tail=-1',
    '/networks/friends?scope=swarm',
    '/system/df?type=evil',
  ];
  const build = [
    'networkmode=host',
    'networkmode=container:plain',
    'networkmode=friends',
    'remote=http://127.0.0.1/x',
    'remote=client-session',
    'remote=git://x',
    'session=abc',
    'version=2',
    'cgroupparent=/',
    'securityopt=%5B%22seccomp=unconfined%22%5D',
    'ulimits=%5B%7B%22Name%22:%22core%22%7D%5D',
    'isolation=hyperv',
    'outputs=%5B%5D',
    'buildargs=%7B%22a%22:1%7D',
    'labels=x',
    'evil=1',
    't=a&t=b',
  ];
  return [
    ...get.map((target) => simple(`query ${target}`, 'GET', target)),
    ...build.map((query) => raw(`build with ${query}`, writeRequest('POST', `/build?${query}`, 'tar'))),
    simple('import of an image', 'POST', '/images/create?fromSrc=-'),
    simple('import of an image from an address', 'POST', '/images/create?fromSrc=http://127.0.0.1/'),
    simple('pull with changes', 'POST', '/images/create?fromImage=x&changes=CMD%20x'),
    simple('start from a checkpoint', 'POST', '/containers/plain/start?checkpoint=x&checkpoint-dir=/'),
    simple('rename to a path', 'POST', '/containers/plain/rename?name=../x'),
    simple('create under a path', 'POST', '/containers/create?name=../x'),
    simple('signal with a space', 'POST', '/containers/plain/kill?signal=KILL%20x'),
    raw(
      'registry sign-in that is not base64',
      writeRequest('POST', '/images/create?fromImage=x', undefined, { 'X-Registry-Auth': 'a b' }),
    ),
  ];
}

function bodyCases(): HostileCase[] {
  const bad = (name: string, text: string | Buffer) =>
    raw(`body ${name}`, withBody('/containers/create', typeof text === 'string' ? Buffer.from(text) : text));
  const nested = (open: string, close: string) =>
    `{"Image":"i","Labels":${open.repeat(3000)}${close.repeat(3000)}}`;
  return [
    bad('that is empty', ''),
    bad('that is a list', '[]'),
    bad('that is a text', '"x"'),
    bad('that is null', 'null'),
    bad('with two values', '{"Image":"i"}{"HostConfig":{"Privileged":true}}'),
    bad('with something after it', '{"Image":"i"} x'),
    bad('that is cut off', '{"Image":"i"'),
    bad('with a comment', '{"Image":"i"/**/}'),
    bad('with a trailing comma', '{"Image":"i",}'),
    bad('with single quotes', "{'Image':'i'}"),
    bad(
      'with a byte order mark',
      Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from('{"Image":"i"}')]),
    ),
    bad('with invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])),
    bad(
      'with overlong UTF-8',
      Buffer.concat([Buffer.from('{"Image":"'), Buffer.from([0xc0, 0xae]), Buffer.from('"}')]),
    ),
    bad('with UTF-16', Buffer.from('{"Image":"i"}', 'utf16le')),
    bad('with half a character', '{"Image":"i","Labels":{"a":"\\ud800"}}'),
    bad('with NUL', '{"Image":"i","Labels":{"a":"\\u0000"}}'),
    bad('with a raw control character', '{"Image":"i","Labels":{"a":"\n"}}'),
    bad('with a number beyond 2^53', '{"Image":"i","HostConfig":{"Memory":9007199254740993}}'),
    bad('with a fraction', '{"Image":"i","HostConfig":{"Memory":1.5}}'),
    bad('with infinity', '{"Image":"i","HostConfig":{"Memory":1e999}}'),
    bad('with a leading zero', '{"Image":"i","HostConfig":{"Memory":01}}'),
    bad('with deep lists', nested('[', ']')),
    bad('with deep objects', nested('{"a":', '}')),
    bad('with __proto__', '{"Image":"i","__proto__":{"HostConfig":{"Privileged":true}}}'),
    bad('with constructor', '{"Image":"i","constructor":{"prototype":{}}}'),
    bad('with HostConfig as list', '{"Image":"i","HostConfig":[{"Privileged":true}]}'),
    bad('with HostConfig as text', '{"Image":"i","HostConfig":"{\\"Privileged\\":true}"}'),
    bad('with Privileged as text', '{"Image":"i","HostConfig":{"Privileged":"true"}}'),
    bad('with Privileged as number', '{"Image":"i","HostConfig":{"Privileged":1}}'),
    bad('with an escaped key', '{"Image":"i","HostConfig":{"\\u0050rivileged":true}}'),
    bad('with a Kelvin sign for K', '{"Image":"i","HostConfig":{"Mas\u212aedPaths":[]}}'),
    bad('with a long s', '{"Image":"i","HostConfig":{"Bind\u017f":["/:/x"]}}'),
    bad('with a key that ends in NUL', '{"Image":"i","HostConfig":{"Privileged\\u0000":true}}'),
    bad('with a key with a space', '{"Image":"i","HostConfig":{"Privileged ":true}}'),
    bad('with a platform of its own', '{"Image":"i","Platform":"linux/amd64"}'),
    bad('with an image that is a path', '{"Image":"../../x"}'),
    bad(
      'with host settings on the volume map',
      '{"Image":"i","Volumes":{"/x":{"HostConfig":{"Privileged":true}}}}',
    ),
    bad('longer than a mebibyte', `{"Image":"i","Labels":{"a":"${'x'.repeat(1_100_000)}"}}`),
    raw(
      'body of start with host settings',
      writeRequest('POST', '/containers/plain/start', '{"HostConfig":{"Privileged":true}}'),
    ),
    raw('body of stop', writeRequest('POST', '/containers/plain/stop', '{"Privileged":true}')),
    raw('body of a removal', writeRequest('DELETE', '/containers/plain', '{"v":true}')),
    raw('body of a listing', writeRequest('GET', '/containers/json', '{"all":true}')),
    judged(
      'host settings in query and body of start',
      writeRequest('POST', '/containers/plain/start?HostConfig=1', '{"HostConfig":{"Privileged":true}}'),
      /HostConfig|Privileged/i,
    ),
    judged(
      'an unknown field in query and body of create',
      writeRequest('POST', '/containers/create?Evil=1', '{"Image":"i","Evil":{"Privileged":true}}'),
      /Evil|Privileged/i,
    ),
    judged(
      'a form where JSON is expected',
      writeRequest('POST', '/containers/plain/stop?t=1', '{"t":9}', {
        'Content-Type': 'application/x-www-form-urlencoded',
      }),
      /form|9/,
    ),
  ];
}

function wireCases(): HostileCase[] {
  const second =
    'POST /containers/create HTTP/1.1\r\nHost: x\r\nContent-Length: 52\r\n\r\n{"Image":"i","HostConfig":{"Privileged":true,"a":1}}';
  const head = (lines: string[], body = '') => Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`, 'latin1');
  const ping = 'GET /_ping HTTP/1.1';
  const make = 'POST /containers/create HTTP/1.1';
  const upgrade = ['Host: x', 'Connection: Upgrade', 'Upgrade: tcp'];
  const after = /create|Privileged|DELETE/;
  return [
    judged('a second request behind the first', head([ping, 'Host: x'], second), after),
    judged(
      'a second request behind a body',
      Buffer.concat([writeRequest('POST', '/containers/plain/stop', ''), Buffer.from(second)]),
      after,
    ),
    judged('a body on a ping with length 0', head([ping, 'Host: x', 'Content-Length: 0'], second), after),
    raw('two lengths', head([make, 'Host: x', 'Content-Length: 13', 'Content-Length: 60'], '{"Image":"i"}')),
    raw(
      'two equal lengths',
      head([make, 'Host: x', 'Content-Length: 13', 'Content-Length: 13'], '{"Image":"i"}'),
    ),
    raw('a list of lengths', head([make, 'Host: x', 'Content-Length: 13, 13'], '{"Image":"i"}')),
    raw(
      'length and chunks',
      head(
        [make, 'Host: x', 'Content-Length: 13', 'Transfer-Encoding: chunked'],
        `d\r\n{"Image":"i"}\r\n0\r\n\r\n`,
      ),
    ),
    raw(
      'chunks and length',
      head(
        [make, 'Host: x', 'Transfer-Encoding: chunked', 'Content-Length: 4'],
        `d\r\n{"Image":"i"}\r\n0\r\n\r\n`,
      ),
    ),
    ...['identity', 'gzip, chunked', 'chunked, chunked', 'xchunked', 'chunked;q=1', '"chunked"', 'x'].map(
      (coding) =>
        raw(
          `transfer coding ${coding}`,
          head([make, 'Host: x', `Transfer-Encoding: ${coding}`], `d\r\n{"Image":"i"}\r\n0\r\n\r\n`),
        ),
    ),
    ...['-1', '+13', '0x0d', '13.0', ' ', '1e1', '99999999999999999999'].map((length) =>
      raw(`length ${length}`, head([make, 'Host: x', `Content-Length: ${length}`], '{"Image":"i"}')),
    ),
    raw(
      'chunk size in words',
      head([make, 'Host: x', 'Transfer-Encoding: chunked'], 'xyz\r\n{"Image":"i"}\r\n0\r\n\r\n'),
    ),
    raw(
      'chunk size with a sign',
      head([make, 'Host: x', 'Transfer-Encoding: chunked'], '+d\r\n{"Image":"i"}\r\n0\r\n\r\n'),
    ),
    raw(
      'chunk with an extension',
      head([make, 'Host: x', 'Transfer-Encoding: chunked'], 'd;a=b\r\n{"Image":"i"}\r\n0\r\n\r\n'),
    ),
    raw(
      'chunk that is longer than it says',
      head([make, 'Host: x', 'Transfer-Encoding: chunked'], '5\r\n{"Image":"i"}\r\n0\r\n\r\n'),
    ),
    raw(
      'chunk size without end',
      head([make, 'Host: x', 'Transfer-Encoding: chunked'], `${'0'.repeat(500)}d\r\n`),
    ),
    raw(
      'chunks with a trailer',
      head([make, 'Host: x', 'Transfer-Encoding: chunked'], 'd\r\n{"Image":"i"}\r\n0\r\nX-Evil: 1\r\n\r\n'),
    ),
    raw(
      'chunks ended by bare line feeds',
      head([make, 'Host: x', 'Transfer-Encoding: chunked'], 'd\n{"Image":"i"}\n0\n\n'),
    ),
    unanswered(
      'chunked body that is never judged whole',
      head([make, 'Host: x', 'Transfer-Encoding: chunked'], 'd\r\n{"Image":"i"}\r\n'),
    ),
    unanswered('body shorter than it says', head([make, 'Host: x', 'Content-Length: 500'], '{"Image":"i"}')),
    judged(
      'body longer than it says',
      head([make, 'Host: x', 'Content-Length: 13'], '{"Image":"i"},"HostConfig":{"Privileged":true}}'),
      /Privileged/,
    ),
    unanswered('bare line feeds', Buffer.from(`${ping}\nHost: x\n\n`)),
    raw('a bare carriage return', Buffer.from(`${ping}\r\nHost: x\rX-Evil: 1\r\n\r\n`)),
    raw('a bare line feed in a header', Buffer.from(`${ping}\r\nHost: x\nX-Evil: 1\r\n\r\n`)),
    raw('a folded header', head([ping, 'Host: x', ' y'])),
    raw('a space before the colon', head([ping, 'Host : x'])),
    raw('a header without a name', head([ping, 'Host: x', ': y'])),
    raw('a header without a colon', head([ping, 'Host: x', 'evil'])),
    raw('NUL in a header', head([ping, 'Host: x', 'X: a\0b'])),
    raw('a high byte in a header', head([ping, 'Host: x', 'X: \u00ff'])),
    raw('no host', head([ping])),
    raw('two hosts', head([ping, 'Host: x', 'Host: y'])),
    raw('HTTP/1.0', head(['GET /_ping HTTP/1.0', 'Host: x'])),
    raw('HTTP/0.9', Buffer.from('GET /_ping\r\n\r\n')),
    raw('HTTP/2 preface', Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')),
    raw('HTTP/1.1 in small letters', head(['GET /_ping http/1.1', 'Host: x'])),
    raw('two spaces in the request line', head(['GET  /_ping HTTP/1.1', 'Host: x'])),
    raw('a tab in the request line', head(['GET\t/_ping HTTP/1.1', 'Host: x'])),
    raw('an empty line first', head(['', ping, 'Host: x'])),
    raw('something after the version', head(['GET /_ping HTTP/1.1 x', 'Host: x'])),
    raw('TLS', Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x0d, 0x0a, 0x0d, 0x0a])),
    raw('a head without end', Buffer.from(`${ping}\r\nHost: x\r\nX: ${'a'.repeat(40_000)}`)),
    raw('an unknown expectation', head([ping, 'Host: x', 'Expect: magic'])),
    raw('upgrade on a listing', head(['GET /containers/json HTTP/1.1', ...upgrade], second)),
    raw('upgrade to HTTP/2', head([ping, 'Host: x', 'Connection: Upgrade', 'Upgrade: h2c'])),
    raw(
      'upgrade to a WebSocket',
      head([
        'POST /containers/plain/attach HTTP/1.1',
        'Host: x',
        'Connection: Upgrade',
        'Upgrade: websocket',
      ]),
    ),
    raw(
      'upgrade without connection',
      head(['POST /containers/plain/attach HTTP/1.1', 'Host: x', 'Upgrade: tcp']),
    ),
    raw(
      'connection without upgrade',
      head(['POST /containers/plain/attach HTTP/1.1', 'Host: x', 'Connection: upgrade']),
    ),
    raw('upgrade on create', head([make, ...upgrade, 'Content-Length: 13'], `{"Image":"i"}${second}`)),
    raw('a session', head(['POST /session HTTP/1.1', 'Host: x', 'Connection: Upgrade', 'Upgrade: h2c'])),
    judged(
      'a second request after an upgrade becomes input, never a request',
      head(['POST /containers/plain/attach?stream=1 HTTP/1.1', ...upgrade], second),
      /create|Privileged/,
    ),
    judged(
      'a second request after a stream without upgrade becomes input, never a request',
      head(['POST /containers/plain/attach?stream=1 HTTP/1.1', 'Host: x'], second),
      /create|Privileged/,
    ),
    judged(
      'headers of our own choosing',
      writeRequest('GET', '/containers/json', undefined, {
        'X-Evil': '1',
        Authorization: 'x',
        'X-Forwarded-For': 'x',
        'X-Registry-Auth': 'abcd',
        Cookie: 'x',
        Host: 'evil',
      }),
      /evil|authorization|forwarded|registry|cookie/i,
    ),
  ];
}

function create(name: string, body: Body): HostileCase {
  return post(name, '/v1.41/containers/create?name=x1', { Image: 'i', ...body });
}

function createText(name: string, text: string): HostileCase {
  return raw(name, writeRequest('POST', '/v1.41/containers/create', text));
}

function post(name: string, target: string, body: unknown): HostileCase {
  return raw(name, writeRequest('POST', target, JSON.stringify(body)));
}

function simple(name: string, method: string, target: string): HostileCase {
  return raw(name, writeRequest(method, target));
}

function raw(name: string, bytes: Buffer): HostileCase {
  return { name, bytes, expect: 'refused' };
}

function judged(name: string, bytes: Buffer, judgedWithout: RegExp): HostileCase {
  return { name, bytes, expect: { judgedWithout } };
}

function unanswered(name: string, bytes: Buffer): HostileCase {
  return { name, bytes, expect: 'unanswered' };
}

function withBody(target: string, body: Buffer): Buffer {
  const head = `POST ${target} HTTP/1.1\r\nHost: docker\r\nContent-Length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}
