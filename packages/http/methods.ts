import type { Api } from '@nebula/contract';
import { addressOf, endpointsOf } from '@nebula/contract';
import { AppError } from '@nebula/errors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Which methods a path of the API takes; none when there is nothing at it. */
export type MethodsOf = (path: string) => string[];

/** Reads it off the contracts, where the router only says that no route fits. Matching is by segments, as routes are. */
export function methodsByPath(api: Api): MethodsOf {
  const known = endpointsOf(api).map(({ endpoint }) => ({
    method: endpoint.method,
    segments: addressOf(endpoint).split('/'),
  }));
  return (path) => {
    const given = path.split('/');
    const methods = known
      .filter(
        ({ segments }) =>
          segments.length === given.length &&
          segments.every((one, at) => (one.startsWith(':') ? given[at] !== '' : one === given[at])),
      )
      .map(({ method }) => method);
    return methods.length === 0 ? [] : withHead(methods);
  };
}

/**
 * Throws METHOD_NOT_ALLOWED, and names the others in `Allow` (RFC 9110 §15.5.6), when something is at this address but not for
 * this method.
 */
export function refuseMethod(
  app: FastifyInstance,
  methodsOf: MethodsOf,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const [path = '/'] = request.url.split('?');
  const own = methodsOf(path);
  const isFile = own.length === 0 && app.hasRoute({ method: 'GET', url: path });
  const allowed = isFile ? withHead(['GET']) : own;
  if (allowed.length === 0 || allowed.includes(request.method)) return;
  reply.header('allow', allowed.join(', '));
  throw new AppError(
    'METHOD_NOT_ALLOWED',
    `This address takes ${allowed.join(', ')}, not ${request.method}.`,
    { data: { allow: allowed } },
  );
}

/** Whatever can be got can be asked about too. */
function withHead(methods: string[]): string[] {
  const all = methods.includes('GET') ? [...methods, 'HEAD'] : methods;
  return [...new Set(all)].toSorted();
}
