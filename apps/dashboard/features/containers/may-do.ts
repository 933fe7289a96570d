import type { ContainerDetail } from '@nebula/docker';
import type { Finding } from './contract.ts';

/** Of an inspection, what says how far a container reaches. */
export type Walls = Pick<ContainerDetail, 'power' | 'mounts' | 'ports' | 'user' | 'limits' | 'restartPolicy'>;

/** Capabilities that are as good as the whole machine. */
const mighty = new Set([
  ...['ALL', 'SYS_ADMIN', 'SYS_MODULE', 'SYS_RAWIO', 'SYS_PTRACE', 'SYS_BOOT', 'BPF', 'PERFMON'],
  ...['DAC_READ_SEARCH', 'MAC_ADMIN', 'MAC_OVERRIDE', 'SYS_CHROOT', 'SYSLOG', 'NET_ADMIN'],
]);
const engineSockets =
  /^\/(?:var\/)?run\/(?:docker\.sock|containerd\/containerd\.sock|podman\/podman\.sock|crio\/crio\.sock)$/;
/** Paths of the machine behind which other programs, keys or the kernel are. */
const sensitive = [
  ...[
    '/etc',
    '/root',
    '/proc',
    '/sys',
    '/dev',
    '/boot',
    '/run',
    '/var/run',
    '/home',
    '/usr',
    '/bin',
    '/sbin',
    '/lib',
  ],
  ...['/var/lib/docker', '/var/log', '/var/spool/cron', '/opt'],
];
/** Whole trees of them are worse than one thing in them. */
const gravest = new Set([
  '/',
  '/etc',
  '/root',
  '/proc',
  '/sys',
  '/dev',
  '/boot',
  '/usr',
  '/var',
  '/var/lib/docker',
  '/run',
  '/var/run',
]);
const harmless = new Set(['/etc/localtime', '/etc/timezone', '/etc/hosts', '/etc/resolv.conf']);

/** What a container may do, the gravest first; pure. */
export function mayDo(walls: Walls): Finding[] {
  const found = [
    ...powers(walls.power),
    ...walls.mounts.flatMap(bind),
    ...capabilities(walls.power),
    ...exposure(walls.ports, walls.power.networkMode),
    ...habits(walls),
  ];
  const order = ['danger', 'warning', 'info'];
  return found.sort((one, other) => order.indexOf(one.level) - order.indexOf(other.level));
}

function powers(power: Walls['power']): Finding[] {
  const found: Finding[] = [];
  if (power.isPrivileged) found.push({ level: 'danger', key: 'privileged', detail: '' });
  const spaces = [
    { mode: power.networkMode, key: 'host-network', level: 'danger' },
    { mode: power.pidMode, key: 'host-processes', level: 'danger' },
    { mode: power.ipcMode, key: 'host-ipc', level: 'warning' },
    { mode: power.utsMode, key: 'host-name', level: 'warning' },
    { mode: power.usernsMode, key: 'host-users', level: 'warning' },
  ] as const;
  for (const { mode, key, level } of spaces) {
    if (mode === 'host') found.push({ level, key, detail: '' });
    if (mode.startsWith('container:'))
      found.push({ level: 'warning', key: 'joins-container', detail: mode.slice('container:'.length) });
  }
  for (const detail of power.devices) found.push({ level: 'danger', key: 'device', detail });
  for (const option of power.securityOptions) {
    if (/^(?:seccomp|apparmor)[:=]unconfined$|^label[:=]disable$|^systempaths[:=]unconfined$/.test(option))
      found.push({ level: 'danger', key: 'unconfined', detail: option });
  }
  return found;
}

function bind(mount: Walls['mounts'][number]): Finding[] {
  if (mount.type !== 'bind') return [];
  const path = mount.source.length > 1 ? mount.source.replace(/\/+$/, '') : mount.source;
  const detail = mount.isReadOnly ? `${path} (ro)` : path;
  if (engineSockets.test(path)) return [{ level: 'danger', key: 'engine-socket', detail: path }];
  if (harmless.has(path)) return [];
  if (path === '/' || gravest.has(path)) return [{ level: 'danger', key: 'sensitive-bind', detail }];
  const isInside = sensitive.some((root) => path === root || path.startsWith(`${root}/`));
  if (!isInside) return [];
  return [{ level: mount.isReadOnly ? 'info' : 'warning', key: 'sensitive-bind', detail }];
}

function capabilities({ addedCapabilities, droppedCapabilities }: Walls['power']): Finding[] {
  const dropsAll = droppedCapabilities.some((name) => plain(name) === 'ALL');
  return addedCapabilities.map(plain).map((name): Finding => {
    if (mighty.has(name) && name !== 'SYS_CHROOT')
      return { level: 'danger', key: 'capability', detail: name };
    // Beside a drop of all, naming one gives back what every container has.
    return { level: dropsAll ? 'info' : 'warning', key: 'capability', detail: name };
  });
}

function plain(capability: string): string {
  return capability.toUpperCase().replace(/^CAP_/, '');
}

function exposure(ports: Walls['ports'], networkMode: string): Finding[] {
  if (networkMode === 'host') return [];
  const found = new Map<string, Finding>();
  for (const { published, protocol, address } of ports) {
    if (published === null) continue;
    const text = protocol === 'tcp' ? String(published) : `${published}/${protocol}`;
    const finding = exposed(address ?? '0.0.0.0', text);
    found.set(`${finding.key} ${finding.detail}`, finding);
  }
  return [...found.values()];
}

function exposed(address: string, port: string): Finding {
  if (address === '0.0.0.0' || address === '::')
    return { level: 'warning', key: 'published-everywhere', detail: port };
  if (/^127\.|^::1$/.test(address)) return { level: 'info', key: 'published-loopback', detail: port };
  const shown = address.includes(':') ? `[${address}]` : address;
  return { level: 'info', key: 'published-address', detail: `${shown}:${port}` };
}

function habits({ user, power, limits, restartPolicy }: Walls): Finding[] {
  const found: Finding[] = [];
  if (/^(?:|0|root)(?::|$)/.test(user)) found.push({ level: 'warning', key: 'runs-as-root', detail: '' });
  if (!power.isRootReadOnly) found.push({ level: 'info', key: 'writable-root', detail: '' });
  if (limits.memoryBytes === null) found.push({ level: 'info', key: 'no-memory-limit', detail: '' });
  if (restartPolicy.name === 'no') found.push({ level: 'info', key: 'no-restart', detail: '' });
  return found;
}
