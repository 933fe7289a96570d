import {
  call,
  defineContract,
  Id,
  IdPageQuery,
  Instant,
  PageQuery,
  pageOf,
  plain,
  text,
} from '@nebula/contract';
import { z } from 'zod';
import { DdclientReport, TakeOver } from './contract-ddclient.ts';

export { DdclientReport, type DdclientEntry } from './contract-ddclient.ts';

const name = text(300).min(1);

/** A name that is led to a changing address, and how far the newest one is. */
export const LedName = z.object({
  id: Id,
  name: z.string(),
  zone: z.string(),
  providerId: Id,
  providerName: z.string().nullable().describe('Null when the provider is not there any more'),
  addresses: z.object({ A: z.string().optional(), AAAA: z.string().optional() }),
  state: z
    .enum(['idle', 'queued', 'done', 'failed'])
    .describe('`idle` until an address was told, `queued` until the provider has taken it'),
  problem: z.string().nullable(),
  runId: Id.nullable().describe('The newest run that writes an address'),
  nextTryAt: Instant.nullable().describe('When it is tried again, or the provider takes the next change'),
  askedAt: Instant.nullable(),
  alsoFollowed: z.boolean().describe('Whether its domain follows the address of this machine as well'),
});
export type LedName = z.infer<typeof LedName>;

/** A token of a router; the token itself is told once, when it is made. */
export const RouterToken = z.object({
  id: Id,
  label: z.string(),
  hint: z.string().describe('Its first characters'),
  madeBy: z.string(),
  createdAt: Instant,
  lastUsedAt: Instant.nullable(),
  lastFrom: z.string().nullable().describe('The address it was used from'),
  lastAnswer: z.string().nullable().describe('What was answered, in words of the protocol'),
  refused: z
    .enum(['carrier-grade-nat', 'private', 'this-machine', 'unusable', 'unread'])
    .nullable()
    .describe('What kind of address it sent last, where that was refused'),
  names: z.array(LedName),
});
export type RouterToken = z.infer<typeof RouterToken>;

const params = z.object({ id: Id });
const nameErrors = { NAME_LED: 409, NAME_FOLLOWED: 409, NO_ZONE: 422, BY_HAND: 422 };

export const dyndns = defineContract({
  id: 'dyndns',
  permissions: {
    'dyndns:read': {
      role: 'viewer',
      summary: 'See which names follow a changing address, and tokens of routers',
    },
    'dyndns:write': {
      role: 'operator',
      summary: 'Make and revoke tokens of routers, let names follow the address',
    },
    'dyndns:take-over': {
      role: 'admin',
      summary: 'Read the configuration of ddclient and take over from it',
    },
  },
  actions: {
    'make-token': { permission: 'dyndns:write', undo: 'Revoke the token', stepUp: true },
    'revoke-token': { permission: 'dyndns:write', undo: 'Make another token and enter it at the router' },
    'add-name': { permission: 'dyndns:write', undo: 'Let the name follow no more' },
    'remove-name': { permission: 'dyndns:write', undo: 'Let the name follow again' },
    // Who holds a token of the name proves it in the request itself.
    update: { permission: 'public', undo: 'Undo the change of its records under DNS' },
    follow: { permission: 'dyndns:write', undo: 'Undo the change of its records under DNS' },
    'take-over': {
      permission: 'dyndns:take-over',
      undo: 'Let the names follow no more, and start ddclient',
      stepUp: true,
    },
  },
  events: {
    changed: { access: 'dyndns:read', data: z.object({ id: Id }) },
  },
  endpoints: {
    update: plain({
      path: '/nic/update',
      summary:
        'What routers call when their address changed (DynDNS2); the password is the token of the names',
      access: 'public',
      limit: '600/1m',
      query: z.object({
        hostname: z.string().max(6000).optional().describe('Names with commas between them'),
        myip: z
          .string()
          .max(500)
          .optional()
          .describe('Addresses of either family; that of the caller when left out'),
        myipv6: z.string().max(500).optional(),
      }),
    }),
    tokens: call({
      method: 'GET',
      path: '/dyndns/tokens',
      summary: 'Tokens of routers, newest first, with their names and what was answered last',
      access: 'dyndns:read',
      query: IdPageQuery,
      output: pageOf(RouterToken),
    }),
    makeToken: call({
      method: 'POST',
      path: '/dyndns/tokens',
      summary: 'Make a token with which a router leads these names to its address; it is told once',
      access: 'dyndns:write',
      limit: '30/1m',
      status: 201,
      body: z.object({
        label: text(80).min(1).describe('What you call the router, such as FRITZ!Box'),
        names: z.array(name).min(1).max(20).describe('Names in zones of your providers'),
      }),
      output: z.object({ token: RouterToken, secret: z.string() }),
      errors: nameErrors,
    }),
    revokeToken: call({
      method: 'DELETE',
      path: '/dyndns/tokens/:id',
      summary: 'Make a token stop working at once; records stay as they are',
      access: 'dyndns:write',
      params,
      status: 204,
    }),
    names: call({
      method: 'GET',
      path: '/dyndns/names',
      summary: 'Names that follow the public address of this machine without being domains here',
      access: 'dyndns:read',
      query: PageQuery,
      output: pageOf(LedName),
    }),
    addName: call({
      method: 'POST',
      path: '/dyndns/names',
      summary: 'Let a name in a zone of a provider follow the public address of this machine',
      access: 'dyndns:write',
      limit: '60/1m',
      status: 201,
      body: z.object({ name }),
      output: LedName,
      errors: nameErrors,
    }),
    removeName: call({
      method: 'DELETE',
      path: '/dyndns/names/:id',
      summary: 'Let a name follow no more; its records stay as they are',
      access: 'dyndns:write',
      params,
      status: 204,
    }),
    ddclient: call({
      method: 'GET',
      path: '/dyndns/ddclient',
      summary: 'What the ddclient of this machine keeps up to date, and what can be taken over; no passwords',
      access: 'dyndns:take-over',
      limit: '30/1m',
      output: DdclientReport,
    }),
    takeOver: call({
      method: 'POST',
      path: '/dyndns/ddclient/take-over',
      summary:
        'Let names of ddclient follow the address from here, with the provider and password that it has',
      access: 'dyndns:take-over',
      limit: '10/1m',
      body: TakeOver,
      output: z.object({
        providerId: Id,
        names: z.array(z.string()).describe('Names that follow from here now'),
        isStillRunning: z.boolean().describe('Whether ddclient goes on updating them: stop it'),
      }),
      errors: {
        ...nameErrors,
        CHANGED_MEANWHILE: 409,
        NOT_TAKEN_OVER: 422,
        NAME_TAKEN: 409,
        CHECK_FAILED: 422,
      },
    }),
  },
});
