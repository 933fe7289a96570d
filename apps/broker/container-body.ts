import { isObject, type Json } from './json.ts';
import { binds, insidePath, mounts, tmpfs } from './mounts.ts';
import {
  anyText,
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
  IPAMConfig: object({ IPv4Address: anyText, IPv6Address: anyText, LinkLocalIPs: texts }),
  Links: texts,
  Aliases: texts,
  DNSNames: texts,
  MacAddress: anyText,
  GwPriority: whole,
  DriverOpts: power('network-driver'),
  NetworkID: anyText,
  EndpointID: anyText,
  Gateway: anyText,
  IPAddress: anyText,
  IPPrefixLen: whole,
  IPv6Gateway: anyText,
  GlobalIPv6Address: anyText,
  GlobalIPv6PrefixLen: whole,
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

/** Limits on processor, memory and devices: the same on create and on update. */
const resources: Record<string, Shape> = {
  CpuShares: whole,
  Memory: whole,
  NanoCpus: whole,
  CgroupParent: power('cgroup-parent'),
  BlkioWeight: whole,
  BlkioWeightDevice: power('devices'),
  BlkioDeviceReadBps: power('devices'),
  BlkioDeviceWriteBps: power('devices'),
  BlkioDeviceReadIOps: power('devices'),
  BlkioDeviceWriteIOps: power('devices'),
  CpuPeriod: whole,
  CpuQuota: whole,
  CpuRealtimePeriod: power('realtime'),
  CpuRealtimeRuntime: power('realtime'),
  CpusetCpus: anyText,
  CpusetMems: anyText,
  Devices: power('devices'),
  DeviceCgroupRules: power('devices'),
  DeviceRequests: power('devices'),
  KernelMemory: whole,
  KernelMemoryTCP: whole,
  MemoryReservation: whole,
  MemorySwap: whole,
  MemorySwappiness: whole,
  OomKillDisable: power('out-of-memory'),
  PidsLimit: whole,
  Ulimits: list(object({ Name: anyText, Hard: whole, Soft: whole })),
  CpuCount: whole,
  CpuPercent: whole,
  IOMaximumIOps: whole,
  IOMaximumBandwidth: whole,
};

const hostConfig: Record<string, Shape> = {
  ...resources,
  Binds: binds,
  Mounts: mounts,
  Tmpfs: tmpfs,
  VolumesFrom: power('volumes-from'),
  VolumeDriver: unless((value) => value === '' || value === 'local', 'volume-driver'),
  Privileged: power('privileged'),
  PidMode: namespace(),
  IpcMode: namespace('none', 'private', 'shareable'),
  UTSMode: namespace(),
  UsernsMode: namespace(),
  CgroupnsMode: namespace('private'),
  Cgroup: namespace(),
  NetworkMode: networkMode,
  CapAdd: power('capabilities'),
  CapDrop: texts,
  SecurityOpt: unless(
    (value) =>
      Array.isArray(value) &&
      value.every((option) => /^no-new-privileges(?:[:=]true)?$/.test(String(option))),
    'security-options',
  ),
  // An empty list uncovers everything; only null leaves the engine's own list.
  MaskedPaths: unless(() => false, 'masked-paths'),
  ReadonlyPaths: unless(() => false, 'masked-paths'),
  Sysctls: power('sysctls'),
  Runtime: unless((value) => ['', 'runc', 'io.containerd.runc.v2'].includes(String(value)), 'runtime'),
  Annotations: power('runtime'),
  OomScoreAdj: power('out-of-memory'),
  LogConfig: object({
    Type: unless((value) => logDrivers.includes(String(value)), 'log-driver'),
    Config: map(
      /^(?:max-size|max-file|compress|mode|max-buffer-size|labels|labels-regex|env|env-regex|tag)$/,
      anyText,
    ),
  }),
  PortBindings: map(
    port,
    list(
      object({
        HostIp: text(/^[0-9a-fA-F.:]*$/, 'an address'),
        HostPort: text(/^(?:\d{1,5}(?:-\d{1,5})?)?$/, 'a port'),
      }),
    ),
  ),
  PublishAllPorts: flag,
  RestartPolicy: restartPolicy,
  AutoRemove: flag,
  ReadonlyRootfs: flag,
  Init: flag,
  ContainerIDFile: anyText,
  ConsoleSize: list(whole),
  Dns: texts,
  DnsOptions: texts,
  DnsSearch: texts,
  ExtraHosts: texts,
  GroupAdd: texts,
  Links: texts,
  ShmSize: whole,
  StorageOpt: map(/^size$/, anyText),
  Isolation: only('', 'default'),
};

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
  Hostname: anyText,
  Domainname: anyText,
  User: anyText,
  AttachStdin: flag,
  AttachStdout: flag,
  AttachStderr: flag,
  ExposedPorts: map(port, nothing),
  Tty: flag,
  OpenStdin: flag,
  StdinOnce: flag,
  Env: texts,
  Cmd: textOrTexts,
  Entrypoint: textOrTexts,
  Shell: texts,
  Healthcheck: object({
    Test: texts,
    Interval: whole,
    Timeout: whole,
    StartPeriod: whole,
    StartInterval: whole,
    Retries: whole,
  }),
  ArgsEscaped: flag,
  Image: text(imageName, "an image's name"),
  Volumes: map(insidePath, nothing),
  WorkingDir: anyText,
  NetworkDisabled: flag,
  MacAddress: anyText,
  OnBuild: neutral,
  Labels: map(anyKey, anyText),
  StopSignal: anyText,
  StopTimeout: whole,
  HostConfig: judgeHostConfig(hostConfig, 'refused'),
  NetworkingConfig: networking,
});

/** Body of `POST /containers/{id}/update`. */
export const updateBody: Shape = object({ ...resources, RestartPolicy: restartPolicy });

/** The part of an existing container's description that says whether it has more power than the broker gives. */
export const powerOfContainer: Shape = object(
  {
    HostConfig: judgeHostConfig(
      Object.fromEntries(
        (
          'Binds Mounts VolumesFrom Privileged PidMode IpcMode UTSMode UsernsMode NetworkMode CapAdd Devices ' +
          'DeviceCgroupRules DeviceRequests SecurityOpt Sysctls Runtime'
        )
          .split(' ')
          .flatMap((key) => {
            const shape = hostConfig[key];
            return shape === undefined ? [] : [[key, shape]];
          }),
      ),
      'kept',
    ),
  },
  'kept',
);
