/** One input field that was refused: where it stands (`body.name`) and a sentence that says why. */
export interface FieldProblem {
  path: string;
  message: string;
}

/** Plain JSON facts that go to the caller with an error; never secrets. */
export type ErrorData = Record<string, string | number | boolean | null | string[]>;

/**
 * A failure the caller can act on. `code` is declared in the contract of the endpoint that throws it, or is one
 * of {@link commonErrors}; every surface (HTTP, CLI, web) maps it once.
 */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: string;
  readonly data: ErrorData;
  readonly fields: FieldProblem[];
  readonly retryAfterSeconds: number | undefined;

  constructor(code: string, message: string, details: AppErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.data = details.data ?? {};
    this.fields = details.fields ?? [];
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
}

/** What an {@link AppError} may carry besides its code and sentence. */
export interface AppErrorDetails {
  data?: ErrorData;
  fields?: FieldProblem[];
  retryAfterSeconds?: number;
  cause?: unknown;
}

/** The five ways a part outside our process can fail; nothing else leaves a driver. */
export type DriverErrorKind = 'unauthorized' | 'rate-limited' | 'unavailable' | 'rejected' | 'unsupported';

/** A failure of an outside part (engine, DNS provider, proxy), told in our words. */
export class DriverError extends Error {
  override readonly name = 'DriverError';
  readonly kind: DriverErrorKind;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    kind: DriverErrorKind,
    message: string,
    details: { retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.kind = kind;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
}

/** Codes that every endpoint may answer, with their HTTP status (RFC 9110). */
export const commonErrors = {
  BAD_INPUT: 400,
  SIGNED_OUT: 401,
  FORBIDDEN: 403,
  WRONG_ORIGIN: 403,
  CSRF_FAILED: 403,
  STEP_UP_REQUIRED: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  TOO_LARGE: 413,
  UNSUPPORTED_MEDIA: 415,
  WRONG_HOST: 421,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  UPSTREAM_REJECTED: 502,
  UNAVAILABLE: 503,
  STORAGE_FULL: 507,
} as const;

/** A code of {@link commonErrors}. */
export type CommonErrorCode = keyof typeof commonErrors;

/** Body of an error answer, `application/problem+json` (RFC 9457) with our `code` and `requestId`. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  requestId: string;
  fields?: FieldProblem[];
  data?: ErrorData;
  retryAfterSeconds?: number;
}

/** The `cause` chain of an error as one line each, outermost first; for logs, never for callers. */
export function causeChain(error: unknown): string[] {
  const lines: string[] = [];
  for (let current: unknown = error; current instanceof Error && lines.length < 8; current = current.cause) {
    lines.push(`${current.name}: ${current.message}`);
  }
  return lines;
}
