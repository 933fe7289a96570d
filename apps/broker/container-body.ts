import { isObject, type Json } from './json.ts';
import { binds, insidePath, mounts, tmpfs } from './mounts.ts';
import {
  anyText,
  each,
  flag,
  type Judge,
  list,
  map,
  neutral,
  object,
  only,
  power,
  type Shape,
  text,
  unless,
  whole,
} from './shape.ts';

const texts = list(anyText);
const textOrTexts: Shape = (value, at, judge) =>
  typeof value === 'string' ? value : texts(value, at, judge);
const nothing = map(/(?!)/, anyText);
const anyKey = /^/;

/** Name of a container, network or volume, or its id. */
export const objectName = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;
/** Name of an image with registry, tag or digest. */
export const imageName = /^[A-Za-z0-9][A-Za-z0-9_.:@/-]*$/;

const port = /^\d{1,5}(?:-\d{1,5})?(?:\/(?:tcp|udp|sctp))?$/;

/** Capabilities that every container has; naming one gives back what `CapDrop: ALL` took. */
const ordinaryCapabilities = new Set(
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE NET_RAW SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(
    ' ',
  ),
);

const address = /^[0-9a-fA-F.:]*$/;
const hostPort = /^(?:\d{1,5}(?:-\d{1,5})?)?$/;
const logOption =
  /^(?:max-size|max-file|compress|mode|max-buffer-size|labels|labels-regex|env|env-regex|tag)$/;
const logDrivers = ['', 'json-file', 'local', 'journald', 'none'];

/** A namespace field: '' and the named values stay inside; `host` and `container:x` need a grant. */
function namespace(...inside: string[]): Shape {
  return (value, at, judge) => {
    if (value === '' || inside.includes(String(value))) return value;
    judge.needs(String(value).startsWith('container:') ? 'join-container' : 'host-namespace', at);
    return value;
  };
}

/** A network by name or id: the one that is the machine's own needs a grant, under whichever name. */
async function network(name: string, at: string, judge: Judge): Promise<void> {
  if (['', 'default', 'bridge', 'none'].includes(name)) return;
  if (name === 'host') return judge.needs('host-namespace', at);
  if (!objectName.test(name)) return judge.needs('join-container', at);
  const found = await judge.look('networks', name);
  if (found !== undefined && found['Driver'] === 'host') judge.needs('host-namespace', at);
}

const networkMode: Shape = async (value, at, judge) => {
  await network(String(value), at, judge);
  return value;
};

/** Settings of one container on one network. */
export const endpoint: Shape = object({
  IPAMConfig: object({ ...each('IPv4Address IPv6Address', anyText), LinkLocalIPs: texts }),
  DriverOpts: power('network-driver'),
  ...each('Links Aliases DNSNames', texts),
  ...each('MacAddress NetworkID EndpointID Gateway IPAddress IPv6Gateway GlobalIPv6Address', anyText),
  ...each('GwPriority IPPrefixLen GlobalIPv6PrefixLen', whole),
});

const endpoints = map(anyKey, endpoint);

const networking = object({
  EndpointsConfig: async (value, at, judge) => {
    if (isObject(value)) for (const name of Object.keys(value)) await network(name, `${at}.${name}`, judge);
    return await endpoints(value, at, judge);
  },
});

const restartPolicy = object({
  Name: only('', 'no', 'always', 'unless-stopped', 'on-failure'),
  MaximumRetryCount: whole,
});

const realtime = 'CpuRealtimePeriod CpuRealtimeRuntime';
const throttledDevices =
  'BlkioWeightDevice BlkioDeviceReadBps BlkioDeviceWriteBps BlkioDeviceReadIOps BlkioDeviceWriteIOps';

/** Limits on processor, memory and devices: the same on create and on update. */
const resources: Record<string, Shape> = {
  ...each('CpuShares CpuPeriod CpuQuota CpuCount CpuPercent NanoCpus BlkioWeight PidsLimit', whole),
  ...each('Memory MemoryReservation MemorySwap MemorySwappiness KernelMemory KernelMemoryTCP', whole),
  ...each('IOMaximumIOps IOMaximumBandwidth', whole),
  ...each('CpusetCpus CpusetMems', anyText),
  Ulimits: list(object({ Name: anyText, ...each('Hard Soft', whole) })),
  CgroupParent: power('cgroup-parent'),
  OomKillDisable: power('out-of-memory'),
  ...each(realtime, power('realtime')),
  ...each(`Devices DeviceCgroupRules DeviceRequests ${throttledDevices}`, power('devices')),
};

const hostConfig: Record<string, Shape> = {
  ...resources,
  Binds: binds,
  Mounts: mounts,
  Tmpfs: tmpfs,
  NetworkMode: networkMode,
  IpcMode: namespace('none', 'private', 'shareable'),
  CgroupnsMode: namespace('private'),
  ...each('PidMode UTSMode UsernsMode Cgroup', namespace()),
  Privileged: power('privileged'),
  CapAdd: power('capabilities'),
  SecurityOpt: unless(onlyNoNewPrivileges, 'security-options'),
  // An empty list uncovers everything; only null leaves the engine's own list.
  ...each(
    'MaskedPaths ReadonlyPaths',
    unless(() => false, 'masked-paths'),
  ),
  VolumesFrom: power('volumes-from'),
  VolumeDriver: unless((value) => value === '' || value === 'local', 'volume-driver'),
  Sysctls: power('sysctls'),
  Runtime: unless((value) => ['', 'runc', 'io.containerd.runc.v2'].includes(String(value)), 'runtime'),
  Annotations: power('runtime'),
  OomScoreAdj: power('out-of-memory'),
  LogConfig: object({
    Type: unless((value) => logDrivers.includes(String(value)), 'log-driver'),
    Config: map(logOption, anyText),
  }),
  PortBindings: map(
    port,
    list(object({ HostIp: text(address, 'an address'), HostPort: text(hostPort, 'a port') })),
  ),
  RestartPolicy: restartPolicy,
  StorageOpt: map(/^size$/, anyText),
  Isolation: only('', 'default'),
  ...each('PublishAllPorts AutoRemove ReadonlyRootfs Init', flag),
  ...each('CapDrop Dns DnsOptions DnsSearch ExtraHosts GroupAdd Links', texts),
  ConsoleSize: list(whole),
  ShmSize: whole,
  ContainerIDFile: anyText,
};

function onlyNoNewPrivileges(value: Json): boolean {
  return (
    Array.isArray(value) && value.every((option) => /^no-new-privileges(?:[:=]true)?$/.test(String(option)))
  );
}

/** Capabilities beside `CapDrop: ["ALL"]` may give back what every container has. */
const judgeHostConfig = (fields: Record<string, Shape>, unknown: 'refused' | 'kept'): Shape => {
  const whole = object(fields, unknown);
  const givenBack = object({ ...fields, CapAdd: unless(areOrdinary, 'capabilities') }, unknown);
  return (value, at, judge) =>
    (isObject(value) && dropsAll(value['CapDrop'] ?? null) ? givenBack : whole)(value, at, judge);
};

function dropsAll(value: Json): boolean {
  return Array.isArray(value) && value.includes('ALL');
}

function areOrdinary(value: Json): boolean {
  return (
    Array.isArray(value) && value.every((name) => ordinaryCapabilities.has(String(name).replace(/^CAP_/, '')))
  );
}

/** Body of `POST /containers/create`. */
export const containerBody: Shape = object({
  Image: text(imageName, "an image's name"),
  HostConfig: judgeHostConfig(hostConfig, 'refused'),
  NetworkingConfig: networking,
  ...each('Hostname Domainname User WorkingDir MacAddress StopSignal', anyText),
  ...each('AttachStdin AttachStdout AttachStderr Tty OpenStdin StdinOnce ArgsEscaped NetworkDisabled', flag),
  ...each('Env Shell', texts),
  ...each('Cmd Entrypoint', textOrTexts),
  Healthcheck: object({ Test: texts, ...each('Interval Timeout StartPeriod StartInterval Retries', whole) }),
  Labels: map(anyKey, anyText),
  ExposedPorts: map(port, nothing),
  Volumes: map(insidePath, nothing),
  StopTimeout: whole,
  OnBuild: neutral,
});

/** Body of `POST /containers/{id}/update`. */
export const updateBody: Shape = object({ ...resources, RestartPolicy: restartPolicy });

const powerFields =
  'Binds Mounts VolumesFrom Privileged PidMode IpcMode UTSMode UsernsMode NetworkMode CapAdd Devices ' +
  'DeviceCgroupRules DeviceRequests SecurityOpt Sysctls Runtime';
const powerShapes = Object.fromEntries(
  Object.entries(hostConfig).filter(([field]) => powerFields.split(' ').includes(field)),
);

/** The part of an existing container's description that says whether it has more power than the broker gives. */
export const powerOfContainer: Shape = object({ HostConfig: judgeHostConfig(powerShapes, 'kept') }, 'kept');
