import type { z } from 'zod';

/** Roles in order of their power; each includes those before it. */
export const roles = ['viewer', 'operator', 'admin'] as const;

/** A person's role. */
export type Role = (typeof roles)[number];

/** True when `role` may do what `needed` may do. */
export function includesRole(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}

/** Name of a permission, `<feature>:<verb>`; it is also a scope of API keys. */
export type Permission = `${string}:${string}`;

/** Who may call: anybody, anybody signed in, or holders of a permission. */
export type Access = 'public' | 'signed-in' | Permission;

/** A permission as its feature declares it: the least role that has it, and what it allows in one sentence. */
export interface PermissionDefinition {
  role: Role;
  summary: string;
}

/** Something that changes state, as the audit names it (`<feature>.<verb>`). */
export interface ActionDefinition {
  permission: Permission | 'public' | 'signed-in';
  /** How it is undone, told before it is done; null when it cannot be. */
  undo: string | null;
  /** Whether a person must have proven lately that it is them (STEP_UP_REQUIRED otherwise). */
  stepUp?: boolean;
}

/** A change that is published to those who may see it. */
export interface EventDefinition<Data extends z.ZodType = z.ZodType> {
  access: Access;
  data: Data;
}

/** At most `count` calls per span and actor, written `30/1m`. */
export type Limit = `${number}/${number}${'s' | 'm' | 'h'}`;

interface EndpointCommon {
  /** Path below `/api` ({@link addressOf}), with `:name` parameters. */
  path: `/${string}`;
  summary: string;
  access: Access;
  limit?: Limit;
  params?: z.ZodObject;
  query?: z.ZodObject;
  /** Error codes beyond the common ones, with their HTTP status. */
  errors?: Record<string, number>;
}

/** One request, one JSON answer. */
export interface CallDefinition extends EndpointCommon {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  body?: z.ZodType;
  output?: z.ZodType;
  status?: 200 | 201 | 202 | 204;
  /** Bytes of the body at most; 1 MiB when left out. */
  maxBytes?: number;
}

/** A GET that answers a server-sent event stream whose `data` lines are `item`s. */
export interface StreamDefinition extends EndpointCommon {
  item: z.ZodType;
}

/** A PUT whose body is the bytes of one file. */
export interface UploadDefinition extends EndpointCommon {
  maxBytes: number;
  /** Media types taken; all when left out. */
  accept?: string[];
  output: z.ZodType;
}

/** A GET that answers the bytes of a file, sent as they are made. */
export interface DownloadDefinition extends EndpointCommon {
  /** Media types it may have. */
  types: readonly string[];
}

/** A WebSocket that carries JSON messages both ways. */
export interface SocketDefinition extends EndpointCommon {
  receives: z.ZodType;
  sends: z.ZodType;
}

/**
 * A GET of a protocol that is not ours, for programs that cannot be told otherwise: it is mounted at its path as it stands,
 * outside `/api`, takes a name and password by HTTP Basic (RFC 7617) instead of sessions and keys, and answers plain text. Its
 * access is `public`, since only its handler knows whose password it is.
 */
export interface PlainDefinition extends EndpointCommon {
  access: 'public';
  limit: Limit;
}

/** An endpoint that is one request and one JSON answer. */
export type Call = CallDefinition & { kind: 'call' };
/** An endpoint that answers a stream of events. */
export type Stream = StreamDefinition & { kind: 'stream'; method: 'GET' };
/** An endpoint that takes the bytes of a file. */
export type Upload = UploadDefinition & { kind: 'upload'; method: 'PUT' };
/** An endpoint that answers the bytes of a file. */
export type Download = DownloadDefinition & { kind: 'download'; method: 'GET' };
/** An endpoint that is a WebSocket. */
export type Socket = SocketDefinition & { kind: 'socket'; method: 'GET' };
/** An endpoint of somebody else's protocol. */
export type Plain = PlainDefinition & { kind: 'plain'; method: 'GET' };

/** An endpoint of any kind. */
export type Endpoint = Call | Stream | Upload | Download | Socket | Plain;

/** Declares a {@link Call}. */
export function call<const T extends CallDefinition>(definition: T): T & { kind: 'call' } {
  return { ...definition, kind: 'call' };
}

/** Declares a {@link Stream}. */
export function stream<const T extends StreamDefinition>(
  definition: T,
): T & { kind: 'stream'; method: 'GET' } {
  return { ...definition, kind: 'stream', method: 'GET' };
}

/** Declares an {@link Upload}. */
export function upload<const T extends UploadDefinition>(
  definition: T,
): T & { kind: 'upload'; method: 'PUT' } {
  return { ...definition, kind: 'upload', method: 'PUT' };
}

/** Declares a {@link Download}. */
export function download<const T extends DownloadDefinition>(
  definition: T,
): T & { kind: 'download'; method: 'GET' } {
  return { ...definition, kind: 'download', method: 'GET' };
}

/** Declares a {@link Socket}. */
export function socket<const T extends SocketDefinition>(
  definition: T,
): T & { kind: 'socket'; method: 'GET' } {
  return { ...definition, kind: 'socket', method: 'GET' };
}

/** Declares a {@link Plain}. */
export function plain<const T extends PlainDefinition>(definition: T): T & { kind: 'plain'; method: 'GET' } {
  return { ...definition, kind: 'plain', method: 'GET' };
}

/** Where an endpoint is on the server, with `:name` parameters: below `/api`, but for those of other protocols. */
export function addressOf({ kind, path }: { kind: Endpoint['kind']; path: string }): string {
  return kind === 'plain' ? path : `/api${path}`;
}

/** All that a feature promises: what may be called, changed and heard, and who may. */
export interface Contract {
  id: string;
  permissions: Record<string, PermissionDefinition>;
  actions: Record<string, ActionDefinition>;
  events: Record<string, EventDefinition>;
  endpoints: Record<string, Endpoint>;
}

/** An action with its full name, ready for `ctx.write`. */
export type Action = ActionDefinition & { name: string };

/** An event with its full name, ready to be emitted. */
export type Event<Data extends z.ZodType = z.ZodType> = EventDefinition<Data> & { name: string };

/** A contract whose actions and events know their names. */
export type Defined<T extends Contract> = Omit<T, 'actions' | 'events'> & {
  actions: { [K in keyof T['actions']]: T['actions'][K] & { name: string } };
  events: { [K in keyof T['events']]: T['events'][K] & { name: string } };
};

/**
 * Declares a feature's contract. Throws a TypeError when an endpoint, action or event names a permission that the
 * feature does not declare.
 */
export function defineContract<const T extends Contract>(contract: T): Defined<T> {
  const users = [contract.endpoints, contract.actions, contract.events].flatMap((group) =>
    Object.entries(group),
  );
  for (const [name, user] of users) {
    const access = 'access' in user ? user.access : user.permission;
    if (access === 'public' || access === 'signed-in') continue;
    if (!(access in contract.permissions)) {
      throw new TypeError(
        `${contract.id}.${name} needs the permission ${access}, which its contract does not declare`,
      );
    }
  }
  return {
    ...contract,
    actions: named(contract.id, '.', contract.actions),
    events: named(contract.id, '.', contract.events),
  } as Defined<T>;
}

/** The contracts of an application by feature id. */
export type Api = Record<string, Contract>;

function named(id: string, separator: string, group: Record<string, object>): Record<string, object> {
  return Object.fromEntries(
    Object.entries(group).map(([key, value]) => [key, { ...value, name: `${id}${separator}${key}` }]),
  );
}
