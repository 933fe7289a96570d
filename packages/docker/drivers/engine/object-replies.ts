import { z } from 'zod';
import type { ContainerHoldings, EngineEvent } from '../../container.ts';
import type {
  ImageDescription,
  ImageDetail,
  ImageSummary,
  NetworkSummary,
  VolumeSummary,
} from '../../image.ts';
import { instantOf, nameOf, State } from './replies.ts';

// Docker Engine API 1.41 to 1.52 (docs.docker.com/reference/api/engine); of each reply only the fields used.

const texts = z.array(z.string()).nullish();
const words = z.record(z.string(), z.string()).nullish();
const places = z.record(z.string(), z.unknown()).nullish();
const none = '<none>';

/** Names that say nothing (`<none>:<none>`) are what old engines give to images without one. */
const named = (names: string[] | null | undefined) => (names ?? []).filter((name) => !name.startsWith(none));

export const ImageReply = z.object({ Id: z.string(), RepoTags: texts, RepoDigests: texts }).transform(
  (reply): ImageDetail => ({
    id: reply.Id,
    tags: named(reply.RepoTags),
    digests: named(reply.RepoDigests),
  }),
);

export const ImagesReply = z.array(
  z
    .object({
      Id: z.string(),
      RepoTags: texts,
      RepoDigests: texts,
      Created: z.number(),
      Size: z.number(),
      SharedSize: z.number().optional(),
    })
    .transform(
      (row): ImageSummary => ({
        id: row.Id,
        tags: named(row.RepoTags),
        digests: named(row.RepoDigests),
        sizeBytes: row.Size,
        sharedBytes: row.SharedSize === undefined || row.SharedSize < 0 ? null : row.SharedSize,
        createdAt: new Date(row.Created * 1000),
      }),
    ),
);

export const ImageInspectReply = z
  .object({
    Id: z.string(),
    RepoTags: texts,
    RepoDigests: texts,
    Created: z.string().optional(),
    Size: z.number(),
    Os: z.string().optional(),
    Architecture: z.string().optional(),
    Config: z
      .object({
        Entrypoint: texts,
        Cmd: texts,
        Env: texts,
        User: z.string().optional(),
        WorkingDir: z.string().optional(),
        ExposedPorts: places,
        Volumes: places,
        Labels: words,
      })
      .nullish(),
  })
  .transform((reply): Omit<ImageDescription, 'layers'> => {
    const { Config: config } = reply;
    return {
      id: reply.Id,
      tags: named(reply.RepoTags),
      digests: named(reply.RepoDigests),
      sizeBytes: reply.Size,
      createdAt: instantOf(reply.Created ?? ''),
      os: reply.Os ?? '',
      architecture: reply.Architecture ?? '',
      entrypoint: config?.Entrypoint ?? [],
      command: config?.Cmd ?? [],
      user: config?.User ?? '',
      workingDir: config?.WorkingDir ?? '',
      ports: Object.keys(config?.ExposedPorts ?? {}),
      volumes: Object.keys(config?.Volumes ?? {}),
      variables: (config?.Env ?? []).map((variable) => variable.split('=', 1)[0] ?? ''),
      labels: config?.Labels ?? {},
    };
  });

export const ImageHistoryReply = z
  .array(z.object({ CreatedBy: z.string(), Size: z.number(), Created: z.number() }))
  .transform((rows): ImageDescription['layers'] =>
    rows.map(({ CreatedBy, Size, Created }) => ({
      command: CreatedBy,
      sizeBytes: Size,
      createdAt: new Date(Created * 1000),
    })),
  );

export const VolumesReply = z
  .object({
    Volumes: z
      .array(
        z.object({
          Name: z.string(),
          Driver: z.string(),
          CreatedAt: z.string().optional(),
          Mountpoint: z.string().optional(),
          Labels: words,
          Options: words,
        }),
      )
      .nullish(),
  })
  .transform((reply): VolumeSummary[] =>
    (reply.Volumes ?? []).map((row) => ({
      name: row.Name,
      driver: row.Driver,
      createdAt: instantOf(row.CreatedAt ?? ''),
      mountPoint: row.Mountpoint ?? '',
      labels: row.Labels ?? {},
      options: row.Options ?? {},
    })),
  );

export const VolumeSizesReply = z
  .object({
    Volumes: z
      .array(z.object({ Name: z.string(), UsageData: z.object({ Size: z.number() }).nullish() }))
      .nullish(),
  })
  .transform(
    (reply) =>
      new Map(
        (reply.Volumes ?? []).map(({ Name, UsageData }) => {
          const size = UsageData?.Size ?? -1;
          return [Name, size < 0 ? null : size];
        }),
      ),
  );

export const NetworksReply = z
  .array(
    z.object({
      Id: z.string(),
      Name: z.string(),
      Driver: z.string(),
      Created: z.string().optional(),
      Internal: z.boolean().optional(),
      IPAM: z
        .object({
          Config: z
            .array(z.object({ Subnet: z.string().optional(), Gateway: z.string().optional() }))
            .nullish(),
        })
        .nullish(),
      Labels: words,
    }),
  )
  .transform((rows): NetworkSummary[] =>
    rows.map((row) => ({
      id: row.Id,
      name: row.Name,
      driver: row.Driver,
      createdAt: instantOf(row.Created ?? ''),
      isInternal: row.Internal ?? false,
      subnets: (row.IPAM?.Config ?? []).flatMap(({ Subnet, Gateway }) =>
        Subnet === undefined || Subnet === '' ? [] : [{ subnet: Subnet, gateway: textOrNull(Gateway) }],
      ),
      labels: row.Labels ?? {},
    })),
  );

const Endpoint = z.object({
  NetworkID: z.string().optional(),
  IPAddress: z.string().optional(),
  GlobalIPv6Address: z.string().optional(),
});

export const HoldingsReply = z.array(
  z
    .object({
      Id: z.string(),
      Names: texts,
      State,
      Image: z.string(),
      ImageID: z.string(),
      Labels: words,
      Mounts: z.array(z.object({ Type: z.string(), Name: z.string().optional() })).nullish(),
      NetworkSettings: z.object({ Networks: z.record(z.string(), Endpoint.nullish()).nullish() }).nullish(),
    })
    .transform(
      (row): ContainerHoldings => ({
        id: row.Id,
        name: nameOf(row.Names?.find((name) => name.indexOf('/', 1) < 0) ?? row.Id.slice(0, 12)),
        state: row.State,
        labels: row.Labels ?? {},
        image: row.Image,
        imageId: row.ImageID,
        volumes: (row.Mounts ?? []).flatMap(({ Type, Name }) =>
          Type === 'volume' && Name !== undefined && Name !== '' ? [Name] : [],
        ),
        networks: Object.entries(row.NetworkSettings?.Networks ?? {}).map(([name, endpoint]) => ({
          id: endpoint?.NetworkID ?? '',
          name,
          address: textOrNull(endpoint?.IPAddress),
          addressV6: textOrNull(endpoint?.GlobalIPv6Address),
        })),
      }),
    ),
);

export const HappeningReply = z
  .object({
    Type: z.enum(['container', 'image', 'volume', 'network']),
    Action: z.string(),
    Actor: z.object({ ID: z.string(), Attributes: words }),
    timeNano: z.number(),
  })
  .transform(
    (event): EngineEvent => ({
      type: event.Type,
      // `exec_start: sh -c …` and `health_status: healthy` carry words of their own.
      action: event.Action.split(':', 1)[0] ?? event.Action,
      id: event.Actor.ID,
      at: new Date(event.timeNano / 1e6),
      attributes: { ...event.Actor.Attributes, ...healthIn(event.Action) },
    }),
  );

function healthIn(action: string): Record<string, string> {
  const health = /^health_status: (\w+)$/.exec(action)?.[1];
  return health === undefined ? {} : { health };
}

function textOrNull(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}
