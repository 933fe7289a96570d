import type {
  Rendered,
  RenderedMount,
  RenderedNetwork,
  RenderedService,
  RenderedVolume,
} from './rendered.ts';

/** The part of a request of compose that the broker looks at for more power than it gives. */
export type Powers = Record<string, unknown>;

/** What a service's container is made with, as far as power goes. */
export function containerPowers(project: string, service: RenderedService, file: Rendered): Powers {
  const { logging, blkio_config: blkio } = service;
  return {
    Image: 'image',
    HostConfig: {
      Privileged: service.privileged,
      ...{ PidMode: joined(service.pid), IpcMode: joined(service.ipc), UTSMode: service.uts },
      ...{ UsernsMode: service.userns_mode, CgroupnsMode: service.cgroup },
      NetworkMode: service.network_mode === '' ? '' : joined(service.network_mode),
      ...{ CapAdd: service.cap_add, CapDrop: service.cap_drop, SecurityOpt: service.security_opt },
      ...{ CgroupParent: service.cgroup_parent, Runtime: service.runtime },
      Annotations: textMap(service.annotations),
      Devices: service.devices.map(({ source }) => ({ PathOnHost: source })),
      DeviceCgroupRules: service.device_cgroup_rules,
      DeviceRequests: [...listOf(service.gpus), ...reservedDevices(service.deploy)].map(() => ({ Count: 1 })),
      Sysctls: textMap(service.sysctls),
      ...{ OomScoreAdj: Math.trunc(service.oom_score_adj), OomKillDisable: service.oom_kill_disable },
      CpuRealtimeRuntime: isGiven(service.cpu_rt_runtime) ? 1 : 0,
      CpuRealtimePeriod: isGiven(service.cpu_rt_period) ? 1 : 0,
      BlkioWeightDevice: Object.entries(objectOf(blkio)).some(
        ([key, value]) => key !== 'weight' && isGiven(value),
      )
        ? [{ Path: '/' }]
        : [],
      VolumesFrom: service.volumes_from,
      Tmpfs: Object.fromEntries(service.tmpfs.map(tmpfsOf)),
      Mounts: [
        ...service.volumes.flatMap((mount) => mountOf(project, mount, file)),
        ...fileMounts(service, file),
      ],
      LogConfig: { Type: logging?.driver ?? '', Config: textMap(logging?.options) },
      StorageOpt: textMap(service.storage_opt),
      Isolation: service.isolation,
    },
    NetworkingConfig: {
      EndpointsConfig: Object.fromEntries(
        Object.entries(service.networks).map(([key, endpoint]) => [
          networkName(project, key, file),
          { DriverOpts: textMap(endpoint?.driver_opts) },
        ]),
      ),
    },
  };
}

/** Places on the machine that a service's container is made with. */
export function placesOf(project: string, service: RenderedService, file: Rendered): Set<string> {
  return new Set(placesOfBody(containerPowers(project, service, file)));
}

/** The same of a request for a container. */
export function placesOfBody(body: Record<string, unknown>): string[] {
  const { Binds, Mounts } = objectOf(body['HostConfig']);
  // What begins otherwise is a volume.
  const bound = listOf(Binds).map((bind) => /^(\/[^:]*)/.exec(String(bind))?.[1]);
  const mounted = listOf(Mounts)
    .map(objectOf)
    .map((mount) => (mount['Type'] === 'bind' ? String(mount['Source']) : undefined));
  return [...bound, ...mounted].filter((place) => place !== undefined);
}

/** What a network is made with. */
export function networkPowers({ name, driver, driver_opts, ipam }: RenderedNetwork): Powers {
  return {
    Name: name,
    Driver: plainDriver(driver),
    Options: textMap(driver_opts),
    IPAM: {
      Driver: plainDriver(ipam?.driver),
      Config: (ipam?.config ?? []).map(({ subnet, ip_range: range }) =>
        rangeOf({ Subnet: subnet, IPRange: range }),
      ),
    },
  };
}

/** The same of a request that compose sends for a network or a volume. */
export function powersOfBody(kind: 'network' | 'volume', body: Record<string, unknown>): Powers {
  const [name, driver] = [String(body['Name'] ?? ''), plainDriver(body['Driver'])];
  if (kind === 'volume') return { Name: name, Driver: driver, DriverOpts: textMap(body['DriverOpts']) };
  const ipam = objectOf(body['IPAM']);
  return {
    Name: name,
    Driver: driver,
    Options: textMap(body['Options']),
    IPAM: {
      Driver: plainDriver(ipam['Driver']),
      Config: listOf(ipam['Config']).map(objectOf).map(rangeOf),
    },
  };
}

/** What a volume is made with. */
export function volumePowers({ name, driver, driver_opts }: RenderedVolume): Powers {
  return { Name: name, Driver: plainDriver(driver), DriverOpts: textMap(driver_opts) };
}

/** Why the broker never makes a service, whatever an admin agrees to; null when it does. */
export function neverOf(service: RenderedService, file: Rendered): string | null {
  if (isGiven(service.provider)) return 'it starts a program of the machine (provider)';
  for (const kind of ['configs', 'secrets'] as const) {
    const copied = service[kind].find(({ source }) => {
      const item = file[kind][source];
      return (
        item !== undefined && item.file === undefined && (item.content ?? item.environment) !== undefined
      );
    });
    if (copied !== undefined)
      return `${kind}.${copied.source} has its text in the file, which compose would copy into the container; put it into a file beside and name that`;
  }
  const hooks = [...(service.post_start ?? []), ...(service.pre_stop ?? [])].map(objectOf);
  if (hooks.some((hook) => hook['privileged'] === true || isGiven(hook['user'])))
    return 'its hooks run with another user or more power than the container has';
  return null;
}

/** Naming the usual driver asks for no more than naming none. */
function plainDriver(driver: unknown): string {
  const name = isGiven(driver) ? String(driver) : '';
  return ['bridge', 'local', 'default'].includes(name) ? '' : name;
}

function rangeOf({ Subnet, IPRange }: Record<string, unknown>): Record<string, string> {
  return {
    ...(isGiven(Subnet) ? { Subnet: String(Subnet) } : {}),
    ...(isGiven(IPRange) ? { IPRange: String(IPRange) } : {}),
  };
}

function networkName(project: string, key: string, file: Rendered): string {
  const declared = file.networks[key]?.name ?? '';
  return declared === '' ? `${project}_${key}` : declared;
}

function mountOf(project: string, mount: RenderedMount, file: Rendered): object[] {
  const { type, source, target, read_only: isReadOnly, bind } = mount;
  const where = { Type: type, Target: target, ReadOnly: isReadOnly };
  if (type === 'bind')
    return [{ ...where, Source: source, BindOptions: { Propagation: bind?.propagation ?? '' } }];
  if (type === 'tmpfs' || source === '') return [{ ...where, Source: '' }];
  if (type !== 'volume') return [{ ...where, Source: source }];
  const declared = file.volumes[source]?.name ?? '';
  return [{ ...where, Source: declared === '' ? `${project}_${source}` : declared }];
}

/** Secrets and configs that are files are mounted as they are. */
function fileMounts(service: RenderedService, file: Rendered): object[] {
  return (['secrets', 'configs'] as const).flatMap((kind) =>
    service[kind].flatMap(({ source }) => {
      const path = file[kind][source]?.file;
      return path === undefined
        ? []
        : [{ Type: 'bind', Source: path, Target: `/run/${kind}/${source}`, ReadOnly: true }];
    }),
  );
}

/** Another service's namespace is, to the engine, that of its container. */
function joined(mode: string): string {
  return mode.startsWith('service:') ? `container:${mode.slice('service:'.length)}` : mode;
}

function tmpfsOf(line: string): [string, string] {
  const at = line.indexOf(':');
  return at === -1 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
}

function reservedDevices(deploy: unknown): unknown[] {
  return listOf(objectOf(objectOf(objectOf(deploy)['resources'])['reservations'])['devices']);
}

function textMap(value: unknown): Record<string, string> {
  if (Array.isArray(value))
    return Object.fromEntries(
      value.map((line) => String(line).split(/=(.*)/s, 2)).map(([key = '', item = '']) => [key, item]),
    );
  return Object.fromEntries(Object.entries(objectOf(value)).map(([key, item]) => [key, String(item)]));
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function listOf(value: unknown): unknown[] {
  if (!isGiven(value)) return [];
  return Array.isArray(value) ? value : [value];
}

function isGiven(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === 0 || value === false) return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}
