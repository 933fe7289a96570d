import { z } from 'zod';

const strings = z.array(z.coerce.string()).catch([]);
const anyMap = z.record(z.string(), z.unknown());
const text = z.string().catch('');

const Device = z.union([
  z.string().transform((path) => ({ source: path.split(':')[0] ?? path })),
  z.looseObject({ source: z.string() }),
]);

const Mount = z.looseObject({
  type: z.string(),
  source: text,
  target: text,
  read_only: z.boolean().catch(false),
  bind: z.looseObject({ propagation: text }).optional(),
});
export type RenderedMount = z.infer<typeof Mount>;

/** A service as `docker compose config` writes it, as far as it is looked at (compose-spec.io). */
export const RenderedService = z.looseObject({
  image: text,
  build: z.unknown().optional(),
  profiles: strings,
  privileged: z.boolean().catch(false),
  ...{ pid: text, ipc: text, uts: text, userns_mode: text, cgroup: text, network_mode: text },
  ...{ cgroup_parent: text, runtime: text, isolation: text },
  ...{ cap_add: strings, cap_drop: strings, security_opt: strings, device_cgroup_rules: strings },
  ...{ volumes_from: strings, tmpfs: z.union([strings, z.string().transform((one) => [one])]).catch([]) },
  devices: z.array(Device).catch([]),
  gpus: z.unknown().optional(),
  deploy: z.unknown().optional(),
  sysctls: z.unknown().optional(),
  annotations: z.unknown().optional(),
  oom_score_adj: z.number().catch(0),
  oom_kill_disable: z.boolean().catch(false),
  cpu_rt_runtime: z.unknown().optional(),
  cpu_rt_period: z.unknown().optional(),
  blkio_config: z.unknown().optional(),
  storage_opt: anyMap.catch({}),
  logging: z
    .looseObject({ driver: text, options: anyMap.catch({}) })
    .optional()
    .catch(undefined),
  volumes: z.array(Mount).catch([]),
  secrets: z.array(z.looseObject({ source: z.string() })).catch([]),
  configs: z.array(z.looseObject({ source: z.string() })).catch([]),
  networks: z.record(z.string(), z.looseObject({ driver_opts: anyMap.optional() }).nullable()).catch({}),
  ports: z
    .array(
      z.looseObject({
        target: z.number(),
        published: z.coerce.string().optional(),
        host_ip: z.string().optional(),
        protocol: z.string().catch('tcp'),
      }),
    )
    .catch([]),
  post_start: z.array(z.unknown()).optional(),
  pre_stop: z.array(z.unknown()).optional(),
  provider: z.unknown().optional(),
});
export type RenderedService = z.infer<typeof RenderedService>;

const Ipam = z.looseObject({ driver: text, config: z.array(anyMap).catch([]), options: anyMap.optional() });
const RenderedNetwork = z.looseObject({
  name: text,
  driver: text,
  driver_opts: anyMap.catch({}),
  external: z.boolean().catch(false),
  ipam: Ipam.optional().catch(undefined),
});
export type RenderedNetwork = z.infer<typeof RenderedNetwork>;
const RenderedVolume = z.looseObject({
  name: text,
  driver: text,
  driver_opts: anyMap.catch({}),
  external: z.boolean().catch(false),
});
export type RenderedVolume = z.infer<typeof RenderedVolume>;
const RenderedFile = z.looseObject({
  file: z.string().optional(),
  content: z.string().optional(),
  environment: z.string().optional(),
});

/** A stack as compose renders it: everything merged, variables in place. It holds secrets. */
export const Rendered = z.looseObject({
  services: z.record(z.string(), RenderedService).catch({}),
  networks: z.record(z.string(), RenderedNetwork).catch({}),
  volumes: z.record(z.string(), RenderedVolume).catch({}),
  secrets: z.record(z.string(), RenderedFile).catch({}),
  configs: z.record(z.string(), RenderedFile).catch({}),
});
export type Rendered = z.infer<typeof Rendered>;

/** The image of a service: its own, or the name that compose gives to what it builds. */
export function imageOf(project: string, name: string, service: RenderedService): string {
  return service.image === '' ? `${project}-${name}` : service.image;
}
