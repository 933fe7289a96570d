import { call, defineContract, Id, Instant, PageQuery, pageOf, text } from '@nebula/contract';
import { z } from 'zod';
import { Holder } from '../images/contract.ts';

export const NetworkId = z.string().regex(/^[0-9a-f]{64}$/, 'The id of a network is 64 hexadecimal digits.');
export const NetworkName = z
  .string()
  .max(128)
  .regex(
    /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/,
    'A name has two or more letters, digits, dots, dashes or underscores.',
  );
const nullableText = z.string().nullable();

/** A container that is on a network, or will be when it starts. */
export const Member = Holder.extend({
  address: nullableText.describe('Null while it does not run'),
  addressV6: nullableText,
});
export type Member = z.infer<typeof Member>;

/** A network of the engine. */
export const Network = z.object({
  id: z.string(),
  hostId: z.string(),
  name: z.string(),
  driver: z.string(),
  createdAt: Instant.nullable(),
  isInternal: z.boolean().describe('Nothing leads out of it'),
  isSystem: z.boolean().describe("One of the engine's own, which stays as it is"),
  project: nullableText.describe('Compose project'),
  subnets: z.array(z.object({ subnet: z.string(), gateway: nullableText })),
  members: z.array(Member).describe('Also containers that do not run'),
  labels: z.record(z.string(), z.string()),
});
export type Network = z.infer<typeof Network>;

const one = z.object({ id: NetworkId });
const started = z.object({ runId: Id });
const errors = { TARGET_BUSY: 409, PROTECTED: 409 } as const;
const ContainerId = z.string().regex(/^[0-9a-f]{64}$/, 'A container id is 64 hexadecimal digits.');

/** A network to be made: a bridge between containers of this machine. */
export const NewNetwork = z
  .object({
    name: NetworkName,
    isInternal: z.boolean().default(false).describe('Nothing leads out of it'),
    subnet: z
      .union([z.cidrv4('A subnet is written 10.20.0.0/24.'), z.cidrv6()])
      .nullable()
      .default(null)
      .describe('A private one; the engine chooses when left out'),
    gateway: z
      .union([z.ipv4('An address such as 10.20.0.1.'), z.ipv6()])
      .nullable()
      .default(null)
      .describe('An address of the subnet; the engine chooses when left out'),
  })
  .refine(({ subnet, gateway }) => gateway === null || subnet !== null, {
    path: ['gateway'],
    message: 'A gateway needs the subnet it is in.',
  });
export type NewNetwork = z.infer<typeof NewNetwork>;

export const networks = defineContract({
  id: 'networks',
  permissions: {
    'networks:read': { role: 'viewer', summary: 'See networks and who is on them' },
    'networks:operate': { role: 'operator', summary: 'Make and remove networks, join containers to them' },
  },
  actions: {
    create: { permission: 'networks:operate', undo: 'Remove it again' },
    remove: { permission: 'networks:operate', undo: 'Make it again with the same settings' },
    connect: { permission: 'networks:operate', undo: 'Take the container off it' },
    disconnect: { permission: 'networks:operate', undo: 'Join the container to it again' },
  },
  events: { changed: { access: 'networks:read', data: z.object({}) } },
  endpoints: {
    list: call({
      method: 'GET',
      path: '/networks',
      summary: 'Networks with who is on them, by name',
      access: 'networks:read',
      query: PageQuery.extend({
        search: text(255).optional().describe('Part of name, project, subnet or a container on it'),
        use: z.enum(['used', 'unused', 'system']).optional(),
      }),
      output: pageOf(Network),
    }),
    get: call({
      method: 'GET',
      path: '/networks/:id',
      summary: 'Everything about one network',
      access: 'networks:read',
      params: one,
      output: Network,
    }),
    create: call({
      method: 'POST',
      path: '/networks',
      summary: 'Make a network between containers of this machine',
      access: 'networks:operate',
      limit: '30/1m',
      status: 202,
      body: NewNetwork,
      output: started,
      errors: { TARGET_BUSY: 409, NAME_TAKEN: 409 },
    }),
    remove: call({
      method: 'POST',
      path: '/networks/:id/remove',
      summary: 'Remove a network that no container is on',
      access: 'networks:operate',
      limit: '60/1m',
      status: 202,
      params: one,
      body: z.object({
        name: z.string().max(255).describe('Its name once more, so that it is the right one'),
      }),
      output: started,
      errors: { ...errors, NAME_DIFFERS: 409, IN_USE: 409 },
    }),
    connect: call({
      method: 'POST',
      path: '/networks/:id/connect',
      summary: 'Join a container to a network',
      access: 'networks:operate',
      limit: '60/1m',
      status: 202,
      params: one,
      body: z.object({ container: ContainerId }),
      output: started,
      errors: { ...errors, ALREADY_THERE: 409 },
    }),
    disconnect: call({
      method: 'POST',
      path: '/networks/:id/disconnect',
      summary: 'Take a container off a network; what reaches it through it is cut off',
      access: 'networks:operate',
      limit: '60/1m',
      status: 202,
      params: one,
      body: z.object({ container: ContainerId }),
      output: started,
      errors: { ...errors, NOT_THERE: 409 },
    }),
  },
});
