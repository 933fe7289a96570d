import type { Endpoint } from '@nebula/contract';
import { databaseProblem } from '@nebula/db';
import { AppError, commonErrors, DriverError, type Problem } from '@nebula/errors';
import { redact } from '@nebula/log';

/**
 * Maps whatever was thrown to the problem that a caller gets, once for all of HTTP. Codes must be common or declared by the
 * endpoint; anything else is a bug and becomes INTERNAL without details.
 */
export function problemOf(error: unknown, endpoint: Endpoint | null, requestId: string): Problem {
  const known = asAppError(error, endpoint);
  const declared: Record<string, number> = { ...commonErrors, ...endpoint?.errors };
  const status = known === null ? undefined : declared[known.code];
  if (known === null || status === undefined) {
    return {
      type: 'about:blank',
      title: 'Internal error',
      status: 500,
      code: 'INTERNAL',
      detail: `Something went wrong on our side. The log has the details under request ${requestId}.`,
      requestId,
    };
  }
  return {
    type: 'about:blank',
    title: titleOf(known.code),
    status,
    code: known.code,
    detail: redact(known.message),
    requestId,
    ...(known.fields.length === 0
      ? {}
      : { fields: known.fields.map(({ path, message }) => ({ path, message: redact(message) })) }),
    ...(Object.keys(known.data).length === 0 ? {} : { data: known.data }),
    ...(known.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: known.retryAfterSeconds }),
  };
}

/** Bytes of a body where an endpoint says nothing else. */
export const usualBodyBytes = 1024 * 1024;

/** A body that is larger than an endpoint takes. */
export function tooLarge(mostBytes: number, cause?: unknown): AppError {
  const mebibytes = mostBytes / 2 ** 20;
  const most = Number.isInteger(mebibytes) ? `${mebibytes} MiB` : `${mostBytes} bytes`;
  return new AppError('TOO_LARGE', `This endpoint takes at most ${most} at once.`, {
    data: { maxBytes: mostBytes },
    cause,
  });
}

function asAppError(error: unknown, endpoint: Endpoint | null): AppError | null {
  if (error instanceof AppError) return error;
  if (error instanceof DriverError) return fromDriver(error);
  const isLimited = endpoint !== null && 'maxBytes' in endpoint;
  const mostBytes = isLimited ? (endpoint.maxBytes ?? usualBodyBytes) : usualBodyBytes;
  return databaseProblem(error) ?? fromFastify(error, mostBytes);
}

function fromDriver(error: DriverError): AppError {
  const more = {
    cause: error,
    ...(error.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: error.retryAfterSeconds }),
  };
  switch (error.kind) {
    case 'unavailable':
    case 'rate-limited':
      return new AppError('UNAVAILABLE', error.message, more);
    case 'unauthorized':
    case 'rejected':
    case 'unsupported':
      return new AppError('UPSTREAM_REJECTED', error.message, more);
    default:
      return error.kind satisfies never;
  }
}

/** Fastify's own refusals of malformed requests carry a status and a code that begins with FST_. */
function fromFastify(error: unknown, mostBytes: number): AppError | null {
  if (!(error instanceof Error) || !('statusCode' in error) || typeof error.statusCode !== 'number')
    return null;
  if (error.statusCode === 413) return tooLarge(mostBytes, error);
  if (error.statusCode === 415)
    return new AppError('UNSUPPORTED_MEDIA', 'This endpoint takes application/json.', { cause: error });
  if (error.statusCode === 404)
    return new AppError('NOT_FOUND', 'There is nothing at this address.', { cause: error });
  if (error.statusCode === 429) return new AppError('RATE_LIMITED', error.message, { cause: error });
  if (error.statusCode >= 400 && error.statusCode < 500) {
    return new AppError('BAD_INPUT', 'The request is not well formed.', { cause: error });
  }
  return null;
}

function titleOf(code: string): string {
  const words = code.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
