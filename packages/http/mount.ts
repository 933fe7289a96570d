import { type Actor, type Authenticator, type Judge, nobody, sessionLifeMs } from '@nebula/auth';
import type { Api, Endpoint } from '@nebula/contract';
import { addressOf, endpointsOf, includesRole } from '@nebula/contract';
import { AppError } from '@nebula/errors';
import type { Log } from '@nebula/log';
import { type Context, type CookieChange, type RequestFacts, WithCookies } from '@nebula/runtime';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Connections } from './connections.ts';
import { factsOf } from './facts.ts';
import { checkCsrf, identify, type Sender, sessionCookie } from './identify.ts';
import { parseInput } from './input.ts';
import { createOpenings } from './openings.ts';
import { sendDownload } from './kinds/download.ts';
import { answerPlain } from './kinds/plain.ts';
import { receiveUpload } from './kinds/upload.ts';
import { createRefusals } from './refusals.ts';
import { serveSocket } from './kinds/socket.ts';
import { serveStream } from './kinds/stream.ts';

/** What endpoints are served with. */
export interface MountOptions {
  api: Api;
  /** Handlers by feature and endpoint. */
  routes: Record<string, Record<string, unknown>>;
  authenticator: Authenticator;
  judge: Judge;
  log: Log;
  makeContext(request: {
    actor: Context['actor'];
    log: Log;
    signal: AbortSignal;
    requestId: string;
  }): Context;
  /** Proves outputs against their schemas too; for tests. */
  checksOutput: boolean;
  /** What is open, so that it ends with the credential that opened it. */
  connections: Connections;
  /** Whether the sender of a request may still do all that they could when it was let in. */
  isStillValid(request: FastifyRequest): Promise<boolean>;
  /** Aborts when the server stops: streams and sockets end. */
  stopping: AbortSignal;
}

/** One request on its way through an endpoint. */
export interface Served {
  endpoint: Endpoint;
  context: Context;
  input: { params: unknown; query: unknown; body: unknown; request: RequestFacts };
  sender: Sender;
  request: FastifyRequest;
  reply: FastifyReply;
  options: MountOptions;
}

/**
 * Adds a route for each endpoint of the api. Throws a TypeError when an endpoint has no handler. Order for each request: who,
 * access, limit (the plugin's hook), CSRF, input, handler.
 */
export function mount(app: FastifyInstance, given: Omit<MountOptions, 'isStillValid'>): void {
  const refusals = createRefusals(refusalsPerMinute);
  const openings = createOpenings();
  const options: MountOptions = {
    ...given,
    async isStillValid(request) {
      const { endpoint } = request.routeOptions.config;
      try {
        const sender = await identify(request, given.authenticator, refusals);
        if (endpoint !== undefined) checkAccess(endpoint, sender, given.judge);
        // What was decided inside by the role, such as a terminal as root, would go on after it.
        return keepsRole(request.sender.actor, sender.actor);
      } catch (error) {
        if (error instanceof AppError) return false;
        throw error;
      }
    },
  };
  for (const { feature, name, endpoint } of endpointsOf(options.api)) {
    const handler = options.routes[feature]?.[name];
    if (!isHandler(handler)) throw new TypeError(`${feature}.${name} has no handler`);
    const serve = async (request: FastifyRequest, reply: FastifyReply, ...rest: unknown[]) => {
      const served = serveBegin(endpoint, request, reply, options);
      if (endpoint.kind !== 'stream' && endpoint.kind !== 'download')
        return await answer(served, handler, rest);
      const left = openings.open(endpoint.kind, request.sender.actor, request.ip);
      try {
        return await answer(served, handler, rest);
      } finally {
        left();
      }
    };
    app.route({
      method: endpoint.method,
      url: addressOf(endpoint),
      config: { endpoint, name: `${feature}.${name}`, rateLimit: limitOf(endpoint) },
      ...('maxBytes' in endpoint && endpoint.maxBytes !== undefined ? { bodyLimit: endpoint.maxBytes } : {}),
      onRequest: async (request, reply) => {
        // Another protocol has other passwords, which its handler judges.
        request.sender =
          endpoint.kind === 'plain'
            ? { actor: nobody, sessionToken: null, expiresAt: null, isRenewed: false }
            : await identify(request, options.authenticator, refusals);
        if (request.sender.isRenewed) renewCookie(request, reply);
        checkAccess(endpoint, request.sender, options.judge);
      },
      preHandler: async (request) => checkCsrf(request, endpoint, request.sender),
      handler: serve,
      ...(endpoint.kind === 'socket'
        ? { wsHandler: (socket, request) => serveSocket(socket, request, endpoint, handler, options) }
        : {}),
    });
  }
}

/** A handler whose types the contract has proven where it was declared. */
export type AnyHandler = (context: Context, input: Served['input'], ...rest: unknown[]) => Promise<unknown>;

function isHandler(value: unknown): value is AnyHandler {
  return typeof value === 'function';
}

function limitOf(endpoint: Endpoint): object {
  if (endpoint.limit === undefined) return {};
  const [count, span] = endpoint.limit.split('/');
  const unit = { s: 'second', m: 'minute', h: 'hour' }[span?.at(-1) ?? 'm'];
  return { max: Number(count), timeWindow: `${span?.slice(0, -1)} ${unit}` };
}

/** Keys that do not hold, a minute and network; beyond that only keys seen lately are let in without asking the database. */
const refusalsPerMinute = 600;

/** The session's life in the browser follows its life here: 30 days from the last use. */
function renewCookie(request: FastifyRequest, reply: FastifyReply): void {
  const { sessionToken } = request.sender;
  if (sessionToken === null) return;
  setCookies(request, reply, [{ name: 'session', value: sessionToken, maxAgeSeconds: sessionLifeMs / 1000 }]);
}

function checkAccess(endpoint: Endpoint, { actor }: Sender, judge: Judge): void {
  if (endpoint.access === 'public') return;
  if (actor.kind === 'nobody') throw new AppError('SIGNED_OUT', 'Sign in first.');
  if (endpoint.access === 'signed-in' || judge.can(actor, endpoint.access)) return;
  throw new AppError('FORBIDDEN', `You may not do this; it needs the permission ${endpoint.access}.`);
}

/** Whether somebody has at least the role they had. */
function keepsRole(then: Actor, now: Actor): boolean {
  if (!('role' in then)) return true;
  return 'role' in now && includesRole(now.role, then.role);
}

/** Context, input and facts of a request whose sender is known. */
export function serveBegin(
  endpoint: Endpoint,
  request: FastifyRequest,
  reply: FastifyReply,
  options: MountOptions,
): Served {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort(new Error('the caller has gone')));
  if (reply.raw.destroyed || reply.raw.closed) gone.abort(new Error('the caller has gone'));
  const context = options.makeContext({
    actor: request.sender.actor,
    log: options.log.child({ requestId: request.id }),
    signal: gone.signal,
    requestId: request.id,
  });
  const input = { ...parseInput(endpoint, request), request: factsOf(request) };
  return { endpoint, context, input, sender: request.sender, request, reply, options };
}

async function answer(served: Served, handler: AnyHandler, rest: unknown[]): Promise<unknown> {
  const { endpoint, context, input, reply, options } = served;
  switch (endpoint.kind) {
    case 'call': {
      const result = await handler(context, input, ...rest);
      const output = (result instanceof WithCookies ? result.output : result) ?? null;
      if (result instanceof WithCookies) setCookies(served.request, reply, result.cookies);
      if (options.checksOutput) endpoint.output?.parse(output ?? undefined);
      reply.code(endpoint.status ?? (endpoint.output === undefined ? 204 : 200));
      return Object.isFrozen(output) ? written(output, reply) : output;
    }
    case 'stream':
      return await serveStream(served, handler);
    case 'upload':
      return await receiveUpload(served, endpoint, handler);
    case 'download':
      return await sendDownload(served, handler);
    case 'plain':
      return await answerPlain(served, handler);
    case 'socket':
      throw new AppError('BAD_INPUT', 'This address is for WebSocket connections.');
    default:
      return endpoint satisfies never;
  }
}

const writtenOnce = new WeakMap<object, Buffer>();

/** A frozen answer says that it will never change: given again, it is not written as JSON again. */
function written(output: unknown, reply: FastifyReply): unknown {
  if (typeof output !== 'object' || output === null) return output;
  let bytes = writtenOnce.get(output);
  if (bytes === undefined) {
    bytes = Buffer.from(JSON.stringify(output));
    writtenOnce.set(output, bytes);
  }
  reply.type('application/json; charset=utf-8');
  return bytes;
}

function setCookies(request: FastifyRequest, reply: FastifyReply, cookies: CookieChange[]): void {
  const isSecure = request.protocol === 'https';
  for (const { name, value, maxAgeSeconds } of cookies) {
    const options = { path: '/', httpOnly: true, sameSite: 'strict', secure: isSecure } as const;
    const fullName = name === 'session' ? sessionCookie(isSecure) : name;
    if (value === null) reply.clearCookie(fullName, options);
    else
      reply.setCookie(
        fullName,
        value,
        maxAgeSeconds === undefined ? options : { ...options, maxAge: maxAgeSeconds },
      );
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    sender: Sender;
  }
  interface FastifyContextConfig {
    endpoint?: Endpoint;
    name?: string;
  }
}
