import { DriverError, type DriverErrorKind } from '@nebula/errors';

/** Where on the way a message was stopped. */
export type Layer =
  | 'address'
  | 'connection'
  | 'encryption'
  | 'sign-in'
  | 'content'
  | 'limit'
  | 'server'
  | 'answer'
  | 'gone';

/** A message that was not sent, or of which nobody knows. */
export class SendError extends DriverError {
  readonly layer: Layer;
  /** Whether it may have arrived although it failed: then it must not be sent again. */
  readonly mayHaveArrived: boolean;

  constructor(
    kind: DriverErrorKind,
    layer: Layer,
    message: string,
    details: { mayHaveArrived?: boolean; retryAfterSeconds?: number | undefined; cause?: unknown } = {},
  ) {
    const { mayHaveArrived = false, retryAfterSeconds, cause } = details;
    super(kind, message, {
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      ...(cause === undefined ? {} : { cause }),
    });
    this.layer = layer;
    this.mayHaveArrived = mayHaveArrived;
  }
}

/** What a call through `packages/outbound` threw, as a SendError; anything that is no DriverError as it is. */
export function sendErrorOf(error: unknown): unknown {
  if (error instanceof SendError || !(error instanceof DriverError)) return error;
  const { kind, message } = error;
  const code = codeOf(error.cause);
  if (kind === 'unavailable' && code !== null && isOfName(code)) {
    return new SendError(kind, 'address', message, { cause: error });
  }
  if (kind === 'unavailable' && code !== null && isOfConnecting(code)) {
    return new SendError(kind, 'connection', message, { cause: error });
  }
  if (kind === 'unavailable' && code !== null && isOfEncryption(code)) {
    return new SendError(kind, 'encryption', message, { cause: error });
  }
  if (kind === 'unavailable' && error.cause !== undefined) {
    return new SendError(kind, 'answer', message, { mayHaveArrived: true, cause: error });
  }
  return new SendError(kind, 'address', message, { cause: error });
}

function codeOf(cause: unknown): string | null {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : null;
}

function isOfName(code: string): boolean {
  return ['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'ENODATA'].includes(code);
}

/** No connection came about, so nothing was sent. */
function isOfConnecting(code: string): boolean {
  return ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL', 'EACCES', 'EPERM'].includes(code);
}

/** OpenSSL's words for certificates that it does not believe, and for what is no TLS at all. */
function isOfEncryption(code: string): boolean {
  return /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO$)/.test(code);
}
