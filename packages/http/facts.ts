import type { RequestFacts } from '@nebula/runtime';
import type { FastifyRequest } from 'fastify';

/** What verbs may know of a request. */
export function factsOf(request: FastifyRequest): RequestFacts {
  return {
    address: request.ip,
    userAgent: request.headers['user-agent'] ?? '',
    cookies: request.cookies,
    isSecure: request.protocol === 'https',
    sessionToken: request.sender.sessionToken,
    // An Origin that is sent has passed the guard; behind a proxy with another name it is the one that people see.
    origin: request.headers.origin ?? `${request.protocol}://${request.headers.host}`,
  };
}
