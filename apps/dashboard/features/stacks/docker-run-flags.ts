/** A service as it grows, flag by flag. */
export interface RunDraft {
  service: Record<string, unknown>;
  notes: string[];
  /** Named volumes and networks that the service uses. */
  volumes: Set<string>;
  networks: Set<string>;
}

type Flag = (draft: RunDraft, value: string) => void;

const isTrue = (value: string) => !/^(?:false|0|f)$/i.test(value);

/** One value under a key of compose. */
const one =
  (key: string): Flag =>
  ({ service }, value) =>
    void (service[key] = value);
/** A number where it is one. */
const number =
  (key: string): Flag =>
  ({ service }, value) =>
    void (service[key] = /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : value);
const flag =
  (key: string): Flag =>
  ({ service }, value) => {
    if (isTrue(value)) service[key] = true;
  };
/** A further value of a list. */
const many =
  (key: string): Flag =>
  (draft, value) =>
    push(draft, key, value);
const nested =
  (group: string, key: string, read: (value: string) => unknown = (value) => value): Flag =>
  ({ service }, value) => {
    service[group] = { ...objectOf(service[group]), [key]: read(value) };
  };
const nothing: Flag = () => undefined;
const leftOut =
  (why: string): Flag =>
  ({ notes }) =>
    void notes.push(why);

/** Flags of `docker run` (docs.docker.com/reference/cli/docker/container/run) and where they stand in compose. */
const flags: Record<string, Flag> = {
  name: one('container_name'),
  hostname: one('hostname'),
  domainname: one('domainname'),
  user: one('user'),
  workdir: one('working_dir'),
  entrypoint: one('entrypoint'),
  restart: one('restart'),
  'mac-address': one('mac_address'),
  platform: one('platform'),
  pid: one('pid'),
  ipc: one('ipc'),
  uts: one('uts'),
  userns: one('userns_mode'),
  cgroupns: one('cgroup'),
  'cgroup-parent': one('cgroup_parent'),
  runtime: one('runtime'),
  'stop-signal': one('stop_signal'),
  'stop-timeout': ({ service }, value) => void (service['stop_grace_period'] = `${value}s`),
  memory: one('mem_limit'),
  'memory-swap': one('memswap_limit'),
  'memory-reservation': one('mem_reservation'),
  'memory-swappiness': number('mem_swappiness'),
  'shm-size': one('shm_size'),
  cpus: number('cpus'),
  'cpu-shares': number('cpu_shares'),
  'cpu-period': number('cpu_period'),
  'cpu-quota': number('cpu_quota'),
  'cpuset-cpus': one('cpuset'),
  'pids-limit': number('pids_limit'),
  'oom-score-adj': number('oom_score_adj'),
  'oom-kill-disable': flag('oom_kill_disable'),
  privileged: flag('privileged'),
  'read-only': flag('read_only'),
  init: flag('init'),
  tty: flag('tty'),
  interactive: flag('stdin_open'),
  env: many('environment'),
  'env-file': many('env_file'),
  label: many('labels'),
  publish: many('ports'),
  expose: many('expose'),
  volume: volume,
  mount: mount,
  'volumes-from': many('volumes_from'),
  tmpfs: many('tmpfs'),
  device: many('devices'),
  'device-cgroup-rule': many('device_cgroup_rules'),
  'cap-add': many('cap_add'),
  'cap-drop': many('cap_drop'),
  'security-opt': many('security_opt'),
  sysctl: many('sysctls'),
  dns: many('dns'),
  'dns-search': many('dns_search'),
  'dns-option': many('dns_opt'),
  'add-host': many('extra_hosts'),
  'group-add': many('group_add'),
  link: many('external_links'),
  ulimit: ({ service }, value) => {
    const [, name = value, soft = '', hard = soft] = /^([^=]+)=(\d+)(?::(\d+))?$/.exec(value) ?? [];
    service['ulimits'] = {
      ...objectOf(service['ulimits']),
      [name]: { soft: Number(soft), hard: Number(hard) },
    };
  },
  gpus: ({ service }, value) => {
    const count = value === 'all' ? 'all' : Number(/\d+/.exec(value)?.[0] ?? 1);
    service['deploy'] = {
      resources: { reservations: { devices: [{ driver: 'nvidia', count, capabilities: ['gpu'] }] } },
    };
  },
  network: network,
  'network-alias': leftOut('--network-alias is left out; name it under the networks of the service.'),
  ip: leftOut('--ip is left out; name the address under the networks of the service.'),
  'log-driver': nested('logging', 'driver'),
  'log-opt': ({ service }, value) => {
    const [key = '', item = ''] = value.split(/=(.*)/s);
    const logging = objectOf(service['logging']);
    service['logging'] = { ...logging, options: { ...objectOf(logging['options']), [key]: item } };
  },
  'health-cmd': nested('healthcheck', 'test'),
  'health-interval': nested('healthcheck', 'interval'),
  'health-timeout': nested('healthcheck', 'timeout'),
  'health-retries': nested('healthcheck', 'retries', Number),
  'health-start-period': nested('healthcheck', 'start_period'),
  'no-healthcheck': nested('healthcheck', 'disable', isTrue),
  pull: one('pull_policy'),
  rm: leftOut('--rm is left out: a stack keeps its containers until it is taken down.'),
  detach: nothing,
  'sig-proxy': nothing,
  'publish-all': leftOut('-P is left out: name the ports to publish.'),
  attach: nothing,
  cidfile: nothing,
  'detach-keys': nothing,
  'disable-content-trust': nothing,
};

const short: Record<string, string> = {
  ...{ e: 'env', p: 'publish', v: 'volume', h: 'hostname', u: 'user', w: 'workdir', l: 'label', m: 'memory' },
  ...{ d: 'detach', i: 'interactive', t: 'tty', P: 'publish-all', c: 'cpu-shares', a: 'attach', q: 'detach' },
  ...{ net: 'network', 'net-alias': 'network-alias' },
};
const without = new Set(
  'detach interactive tty publish-all privileged read-only init rm oom-kill-disable no-healthcheck sig-proxy disable-content-trust'.split(
    ' ',
  ),
);

/** Whether a flag stands alone. */
export function takesNothing(name: string): boolean {
  return without.has(fullName(name));
}

/** What a flag does; one that is not known is told. */
export function flagOf(name: string): Flag {
  const full = fullName(name);
  const known = Object.hasOwn(flags, full) ? flags[full] : undefined;
  return known ?? leftOut(`${name.length === 1 ? '-' : '--'}${name} is not known here and left out.`);
}

function fullName(name: string): string {
  return Object.hasOwn(short, name) ? (short[name] ?? name) : name;
}

function volume(draft: RunDraft, value: string): void {
  push(draft, 'volumes', value);
  const source = value.split(':')[0] ?? '';
  if (value.includes(':') && /^[A-Za-z0-9][\w.-]*$/.test(source)) draft.volumes.add(source);
}

/** `type=bind,source=/a,target=/b,readonly`. */
function mount(draft: RunDraft, value: string): void {
  const fields = new Map(
    value.split(',').map((part): [string, string] => {
      const [key = '', item = 'true'] = part.split(/=(.*)/s);
      return [key, item];
    }),
  );
  const source = fields.get('source') ?? fields.get('src');
  const target = fields.get('target') ?? fields.get('dst') ?? fields.get('destination');
  const type = fields.get('type') ?? 'volume';
  const isReadOnly = isTrue(fields.get('readonly') ?? fields.get('ro') ?? 'false');
  const entry = {
    ...{ type, ...(source === undefined ? {} : { source }), ...(target === undefined ? {} : { target }) },
    ...(isReadOnly ? { read_only: true } : {}),
  };
  push(draft, 'volumes', entry);
  if (type === 'volume' && source !== undefined) draft.volumes.add(source);
}

function network(draft: RunDraft, value: string): void {
  if (/^(?:host|none|bridge|default|container:.+)$/.test(value)) {
    if (value !== 'bridge' && value !== 'default') draft.service['network_mode'] = value;
    return;
  }
  push(draft, 'networks', value);
  draft.networks.add(value);
}

function push({ service }: RunDraft, key: string, value: unknown): void {
  const before = service[key];
  service[key] = [...(Array.isArray(before) ? before : []), value];
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
