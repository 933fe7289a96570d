import { call, defineContract, Instant, PageQuery, pageOf } from '@nebula/contract';
import { z } from 'zod';

export const HostId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'A host id has small letters, digits and hyphens.');

/** What a machine says of itself. */
export const HostIdentity = z.object({
  hostname: z.string(),
  os: z.string(),
  kernel: z.string(),
  architecture: z.string(),
  cpuModel: z.string().nullable(),
  cores: z.number().int(),
  bootedAt: Instant.nullable(),
  container: z
    .string()
    .nullable()
    .describe('What NebulaCommand itself runs in; figures may then be those of the container'),
});
export type HostIdentity = z.infer<typeof HostIdentity>;

export const HostEntry = z.object({
  id: HostId,
  name: z.string().describe('What people call it, or its own host name'),
  driver: z.enum(['local']),
  createdAt: Instant,
  identity: HostIdentity,
});
export type HostEntry = z.infer<typeof HostEntry>;

export const hosts = defineContract({
  id: 'hosts',
  permissions: { 'hosts:read': { role: 'viewer', summary: 'See which machines there are' } },
  actions: {},
  events: {},
  endpoints: {
    list: call({
      method: 'GET',
      path: '/hosts',
      summary: 'The machines, the one NebulaCommand runs on first',
      access: 'hosts:read',
      query: PageQuery.extend({ cursor: HostId.optional() }),
      output: pageOf(HostEntry),
    }),
    get: call({
      method: 'GET',
      path: '/hosts/:id',
      summary: 'One machine',
      access: 'hosts:read',
      params: z.object({ id: z.string().max(64) }),
      output: HostEntry,
    }),
  },
});
