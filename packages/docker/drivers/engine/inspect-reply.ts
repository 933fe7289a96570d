import { z } from 'zod';
import type { ContainerDetail, ContainerMount, ContainerPort, RestartPolicy } from '../../container.ts';
import { instantOf, nameOf, Protocol, State } from './replies.ts';

/** The whole of an inspection, unread. */
export const DescribeReply = z.record(z.string(), z.unknown());

const texts = z.array(z.string()).nullish();
const Binding = z.object({ HostIp: z.string().optional(), HostPort: z.string() });
const Bindings = z.record(z.string(), z.array(Binding).nullish()).nullish();

const Network = z.object({
  IPAddress: z.string().optional(),
  GlobalIPv6Address: z.string().optional(),
  Gateway: z.string().optional(),
  MacAddress: z.string().optional(),
  Aliases: texts,
});

const Mount = z.object({
  Type: z.string(),
  Name: z.string().optional(),
  Source: z.string().optional(),
  Destination: z.string(),
  RW: z.boolean(),
});

const HostConfig = z.object({
  RestartPolicy: z.object({ Name: z.string(), MaximumRetryCount: z.number().optional() }).nullish(),
  Memory: z.number().optional(),
  NanoCpus: z.number().optional(),
  CpuQuota: z.number().optional(),
  CpuPeriod: z.number().optional(),
  PidsLimit: z.number().nullish(),
  Privileged: z.boolean().optional(),
  NetworkMode: z.string().optional(),
  PidMode: z.string().optional(),
  IpcMode: z.string().optional(),
  UTSMode: z.string().optional(),
  UsernsMode: z.string().optional(),
  CapAdd: texts,
  CapDrop: texts,
  Devices: z.array(z.object({ PathOnHost: z.string() })).nullish(),
  DeviceRequests: z
    .array(z.object({ Driver: z.string().optional(), Capabilities: z.array(z.array(z.string())).nullish() }))
    .nullish(),
  SecurityOpt: texts,
  ReadonlyRootfs: z.boolean().optional(),
  PortBindings: Bindings,
});

/** Fields of an inspection that are used (docs.docker.com/reference/api/engine, API 1.41 to 1.52). */
export const InspectReply = z
  .object({
    Id: z.string(),
    Name: z.string(),
    Created: z.string(),
    Path: z.string().optional(),
    Args: texts,
    Image: z.string(),
    RestartCount: z.number().optional(),
    State: z.object({
      Status: State,
      StartedAt: z.string(),
      FinishedAt: z.string(),
      ExitCode: z.number(),
      OOMKilled: z.boolean(),
      Error: z.string().optional(),
      Health: z
        .object({
          Status: z.string(),
          Log: z.array(z.object({ End: z.string(), ExitCode: z.number(), Output: z.string() })).nullish(),
        })
        .nullish(),
    }),
    Config: z.object({
      Image: z.string(),
      Env: texts,
      User: z.string().optional(),
      WorkingDir: z.string().optional(),
      Labels: z.record(z.string(), z.string()).nullish(),
      ExposedPorts: z.record(z.string(), z.unknown()).nullish(),
    }),
    HostConfig,
    Mounts: z.array(Mount).nullish(),
    NetworkSettings: z
      .object({ Networks: z.record(z.string(), Network).nullish(), Ports: Bindings })
      .nullish(),
  })
  .transform((reply): ContainerDetail => {
    const { State: state, Config: config, HostConfig: host } = reply;
    const last = state.Health?.Log?.at(-1);
    return {
      id: reply.Id,
      name: nameOf(reply.Name),
      state: state.Status,
      health: healthOf(state.Health?.Status ?? 'none'),
      createdAt: new Date(reply.Created),
      startedAt: instantOf(state.StartedAt),
      finishedAt: instantOf(state.FinishedAt),
      exitCode: state.ExitCode,
      isOutOfMemoryKilled: state.OOMKilled,
      error: state.Error ?? '',
      restartCount: reply.RestartCount ?? 0,
      image: config.Image,
      imageId: reply.Image,
      command: [reply.Path ?? '', ...(reply.Args ?? [])].filter((part, at) => at > 0 || part !== ''),
      environment: config.Env ?? [],
      user: config.User ?? '',
      workingDir: config.WorkingDir ?? '',
      labels: config.Labels ?? {},
      restartPolicy: policyOf(host.RestartPolicy),
      mounts: (reply.Mounts ?? []).map(mountOf),
      networks: Object.entries(reply.NetworkSettings?.Networks ?? {}).map(([name, network]) => ({
        name,
        address: textOrNull(network.IPAddress),
        addressV6: textOrNull(network.GlobalIPv6Address),
        gateway: textOrNull(network.Gateway),
        macAddress: textOrNull(network.MacAddress),
        aliases: network.Aliases ?? [],
      })),
      ports: portsOf(config.ExposedPorts ?? {}, reply.NetworkSettings?.Ports, host.PortBindings),
      lastHealthCheck:
        last === undefined ? null : { at: new Date(last.End), exitCode: last.ExitCode, output: last.Output },
      limits: {
        memoryBytes: positiveOrNull(host.Memory),
        cpus: cpusOf(host),
        processes: positiveOrNull(host.PidsLimit),
      },
      power: powerOf(host),
    };
  });

function powerOf(host: z.infer<typeof HostConfig>): ContainerDetail['power'] {
  return {
    isPrivileged: host.Privileged ?? false,
    networkMode: host.NetworkMode ?? '',
    pidMode: host.PidMode ?? '',
    ipcMode: host.IpcMode ?? '',
    utsMode: host.UTSMode ?? '',
    usernsMode: host.UsernsMode ?? '',
    addedCapabilities: host.CapAdd ?? [],
    droppedCapabilities: host.CapDrop ?? [],
    devices: [
      ...(host.Devices ?? []).map(({ PathOnHost }) => PathOnHost),
      ...(host.DeviceRequests ?? []).map(
        ({ Driver, Capabilities }) => textOrNull(Driver) ?? Capabilities?.flat().join(' ') ?? '',
      ),
    ],
    securityOptions: host.SecurityOpt ?? [],
    isRootReadOnly: host.ReadonlyRootfs ?? false,
  };
}

/** The list names what is bound just now; a stopped container binds nothing, so what it asks for is told instead. */
function portsOf(
  exposed: Record<string, unknown>,
  bound: z.infer<typeof Bindings>,
  asked: z.infer<typeof Bindings>,
): ContainerPort[] {
  const isBound = Object.keys(bound ?? {}).length > 0;
  const bindings = (isBound ? bound : asked) ?? {};
  const keys = new Set([...Object.keys(exposed), ...Object.keys(bindings)]);
  return [...keys].flatMap((key) => {
    const [port = '', protocol] = key.split('/');
    const inside = { container: Number(port), protocol: Protocol.parse(protocol) };
    const outside = bindings[key] ?? [];
    if (outside.length === 0) return [{ ...inside, published: null, address: null }];
    return outside.map(({ HostIp, HostPort }) => ({
      ...inside,
      published: HostPort === '' ? null : Number(HostPort),
      address: textOrNull(HostIp) ?? (HostPort === '' ? null : '0.0.0.0'),
    }));
  });
}

function mountOf(mount: z.infer<typeof Mount>): ContainerMount {
  const type =
    mount.Type === 'bind' || mount.Type === 'volume' || mount.Type === 'tmpfs' ? mount.Type : 'other';
  return {
    type,
    name: type === 'volume' ? textOrNull(mount.Name) : null,
    source: mount.Source ?? '',
    target: mount.Destination,
    isReadOnly: !mount.RW,
  };
}

function policyOf(policy: z.infer<typeof HostConfig>['RestartPolicy']): RestartPolicy {
  const maximumRetries = policy?.MaximumRetryCount ?? 0;
  switch (policy?.Name) {
    case 'always':
    case 'unless-stopped':
    case 'on-failure':
      return { name: policy.Name, maximumRetries };
    default:
      return { name: 'no', maximumRetries };
  }
}

function cpusOf({ NanoCpus = 0, CpuQuota = 0, CpuPeriod = 0 }: z.infer<typeof HostConfig>): number | null {
  if (NanoCpus > 0) return NanoCpus / 1e9;
  return CpuQuota > 0 ? CpuQuota / (CpuPeriod > 0 ? CpuPeriod : 100_000) : null;
}

function healthOf(status: string): ContainerDetail['health'] {
  return status === 'healthy' || status === 'unhealthy' || status === 'starting' ? status : 'none';
}

function textOrNull(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}

function positiveOrNull(value: number | null | undefined): number | null {
  return value === undefined || value === null || value <= 0 ? null : value;
}
