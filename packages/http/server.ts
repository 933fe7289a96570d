import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import cookie from '@fastify/cookie';
import rateLimit from '@fastify/rate-limit';
import { networkOf } from '@nebula/auth';
import { endpointsOf } from '@nebula/contract';
import { newId } from '@nebula/db';
import { AppError } from '@nebula/errors';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { createConnections } from './connections.ts';
import { checkHostAndOrigin, type GuardSettings } from './guard.ts';
import { type MountOptions, mount } from './mount.ts';
import { methodsByPath, refuseMethod } from './methods.ts';
import { problemOf, usualBodyBytes } from './problem.ts';

/** What a server is made of. */
export interface ServerOptions extends Omit<MountOptions, 'stopping' | 'connections' | 'isStillValid'> {
  guard: GuardSettings;
  /** PEM of certificate chain and key; plain HTTP when null. */
  tls: { cert: string; key: string } | null;
  /** Addresses of proxies whose `X-Forwarded-*` headers are believed; nobody's when empty. */
  trustedProxies: string[];
  /** Requests per minute and caller where an endpoint sets no limit of its own. */
  requestsPerMinute: () => number;
  /** Folder of the built web; nothing is served from files when null. */
  webDir: string | null;
  /** Further files served as they are, by path; for the authority's certificate. */
  files: Record<string, { type: string; content: string }>;
}

/** A server that listens when told to. */
export interface Server {
  /** Starts listening; answers the port. Throws when the address is taken. */
  listen(host: string, port: number): Promise<number>;
  /** Serves new connections with another certificate; those that are open go on. */
  setCertificate(tls: { cert: string; key: string }): void;
  /** Ends the streams and sockets of a credential that holds no longer; looks at all when the text is empty. */
  credentialChanged(subject: string): Promise<void>;
  /** Ends streams and sockets, lets requests finish (5 s), closes. */
  close(): Promise<void>;
  /** Fastify itself, for tests that inject requests. */
  readonly app: FastifyInstance;
}

/** Makes the HTTP server of an api. Its first hook refuses wrong hosts and origins, whatever the path. */
export async function createServer(options: ServerOptions): Promise<Server> {
  const stopping = new AbortController();
  const connections = createConnections();
  const app = makeFastify(options);
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(securityHeaders(request.protocol === 'https'));
    reply.header('x-request-id', request.id);
    if (request.url.startsWith('/api')) reply.header('cache-control', 'no-store');
    checkHostAndOrigin(request, options.guard);
  });
  app.addHook('onResponse', async (request, reply) => {
    logRequest(options, request, reply);
    // Nobody reads another request from a connection that asked for a socket and was refused.
    if (request.headers.upgrade !== undefined && reply.statusCode >= 400) request.raw.socket.end();
  });
  // The server does not count those it has handed over, and would wait for them for ever.
  const handedOver = new Set<Duplex>();
  app.server.on('upgrade', (_request, socket) => {
    handedOver.add(socket);
    socket.once('close', () => handedOver.delete(socket));
  });
  app.setErrorHandler(async (error, request, reply) => await sendProblem(options, error, request, reply));
  await app.register(cookie);
  await app.register(rateLimit, {
    global: true,
    hook: 'preHandler',
    max: options.requestsPerMinute,
    timeWindow: '1 minute',
    keyGenerator: (request) =>
      request.sender === null || request.sender.actor.kind === 'nobody'
        ? networkOf(request.ip)
        : request.sender.actor.id,
    errorResponseBuilder: (_request, context) =>
      new AppError('RATE_LIMITED', `Too many requests. Try again in ${Math.ceil(context.ttl / 1000)} s.`, {
        retryAfterSeconds: Math.ceil(context.ttl / 1000),
      }),
  });
  if (endpointsOf(options.api).some(({ endpoint }) => endpoint.kind === 'socket')) {
    const { default: websocket } = await import('@fastify/websocket');
    await app.register(websocket, { options: { maxPayload: 1024 * 1024, perMessageDeflate: false } });
  }
  app.decorateRequest('sender', null as never);
  mount(app, { ...options, connections, stopping: stopping.signal });
  await serveFiles(app, options);

  return {
    app,
    async listen(host, port) {
      await app.listen({ host, port });
      const address = app.server.address();
      return typeof address === 'object' && address !== null ? address.port : port;
    },
    setCertificate(tls) {
      if ('setSecureContext' in app.server && typeof app.server.setSecureContext === 'function') {
        app.server.setSecureContext({ ...tls, minVersion: 'TLSv1.2' });
      }
    },
    credentialChanged: (subject) => connections.changed(subject),
    async close() {
      stopping.abort();
      app.server.closeIdleConnections();
      const hurry = setTimeout(() => {
        app.server.closeAllConnections();
        for (const socket of handedOver) socket.destroy();
      }, 5000);
      await app.close();
      clearTimeout(hurry);
    },
  };
}

function makeFastify(options: ServerOptions): FastifyInstance {
  const common = {
    logger: false,
    genReqId: () => newId(),
    trustProxy: options.trustedProxies.length === 0 ? false : options.trustedProxies,
    bodyLimit: usualBodyBytes,
    requestTimeout: 0,
    connectionTimeout: 0,
    keepAliveTimeout: 65_000,
    forceCloseConnections: 'idle' as const,
    routerOptions: { maxParamLength: 300 },
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      void sendProblem(options, error, request, reply),
  };
  if (options.tls === null) return withParsers(Fastify(common));
  return withParsers(
    Fastify({ ...common, https: { ...options.tls, minVersion: 'TLSv1.2' } }) as unknown as FastifyInstance,
  );
}

/** Uploads stream, so their body must not be read for them. */
function withParsers(app: FastifyInstance): FastifyInstance {
  app.addContentTypeParser('application/octet-stream', (_request, _payload, done) => done(null, undefined));
  app.addContentTypeParser('*', (request, _payload, done) => {
    const isUpload = request.routeOptions.config.endpoint?.kind === 'upload';
    if (isUpload) done(null, undefined);
    else done(new AppError('UNSUPPORTED_MEDIA', 'This endpoint takes application/json.'), undefined);
  });
  return app;
}

async function sendProblem(
  options: ServerOptions,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const problem = problemOf(error, request.routeOptions?.config?.endpoint ?? null, request.id);
  if (problem.status >= 500)
    options.log.error({ error, requestId: request.id, code: problem.code }, 'request failed');
  if (problem.retryAfterSeconds !== undefined) reply.header('retry-after', problem.retryAfterSeconds);
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  return await reply.code(problem.status).type('application/problem+json').send(problem);
}

function logRequest(options: ServerOptions, request: FastifyRequest, reply: FastifyReply): void {
  const data = {
    requestId: request.id,
    endpoint: request.routeOptions.config.name ?? 'file',
    method: request.method,
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime),
    actor: request.sender?.actor.id ?? null,
    address: request.ip,
  };
  const isQuiet = request.method === 'GET' && reply.statusCode < 400;
  options.log[isQuiet ? 'debug' : 'info'](data, 'request');
}

async function serveFiles(app: FastifyInstance, options: ServerOptions): Promise<void> {
  for (const [path, file] of Object.entries(options.files)) {
    app.get(path, async (_request, reply) => await reply.type(file.type).send(file.content));
  }
  const { webDir } = options;
  const methodsOf = methodsByPath(options.api);
  if (webDir !== null && existsSync(join(webDir, 'index.html'))) {
    const { default: files } = await import('@fastify/static');
    await app.register(files, {
      root: webDir,
      wildcard: false,
      preCompressed: true,
      index: false,
      setHeaders: cacheHeaders,
    });
    const page = async (_request: FastifyRequest, reply: FastifyReply) =>
      await reply.sendFile('index.html', { maxAge: 0 });
    app.get('/', page);
    app.setNotFoundHandler(async (request, reply) => {
      refuseMethod(app, methodsOf, request, reply);
      const isPage =
        request.method === 'GET' &&
        !request.url.startsWith('/api') &&
        /\btext\/html\b/.test(request.headers.accept ?? '');
      if (isPage) return await page(request, reply);
      throw nothingHere();
    });
    return;
  }
  app.setNotFoundHandler(async (request, reply) => {
    refuseMethod(app, methodsOf, request, reply);
    throw nothingHere();
  });
}

function nothingHere(): AppError {
  return new AppError('NOT_FOUND', 'There is nothing at this address.');
}

/** Files under `/assets` carry a digest in their name and never change; icons change with a release at most. */
function cacheHeaders(reply: FastifyReply, path: string): void {
  const isImmutable = path.includes('/assets/');
  const isIcon = /\.(?:ico|png|svg)$/.test(path);
  reply.header(
    'cache-control',
    isImmutable ? 'public, max-age=31536000, immutable' : isIcon ? 'public, max-age=86400' : 'no-cache',
  );
}

function securityHeaders(isSecure: boolean): Record<string, string> {
  return {
    'content-security-policy':
      "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; connect-src 'self'; " +
      "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(self), geolocation=()',
    ...(isSecure ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  };
}
