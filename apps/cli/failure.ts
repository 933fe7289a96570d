import { AppError, commonErrors, type FieldProblem, type Problem } from '@nebula/errors';

/** Exit codes of `nebula`; programs may rely on them. */
export const exitCodes = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  denied: 3,
  runFailed: 4,
  runUnknown: 5,
  findings: 6,
  unreachable: 7,
  notFound: 8,
  busy: 9,
  rateLimited: 10,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** A failure as the terminal tells it: a sentence, what to do next, and the exit code. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly exitCode: ExitCode;
  readonly next: string | undefined;
  readonly requestId: string | undefined;
  readonly fields: FieldProblem[];
  /** The server's own words, for `--json`. */
  readonly problem: Problem | undefined;

  constructor(exitCode: ExitCode, message: string, details: FailureDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.exitCode = exitCode;
    this.next = details.next;
    this.requestId = details.requestId;
    this.fields = details.fields ?? [];
    this.problem = details.problem;
  }
}

interface FailureDetails {
  next?: string | undefined;
  requestId?: string | undefined;
  fields?: FieldProblem[];
  problem?: Problem;
  cause?: unknown;
}

/** Wrong use of the command line. */
export function usage(message: string, details: { next?: string; fields?: FieldProblem[] } = {}): Failure {
  return new Failure(exitCodes.usage, message, details);
}

/** Any error as a {@link Failure}; what nobody foresaw keeps its cause and ends with 1. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (isProblemCarrier(error) && error.cause !== undefined) {
    // What we refused ourselves while a request was under way.
    const own = [...chainOf(error.cause)].find((cause) => cause instanceof Failure);
    if (own !== undefined) return own;
  }
  if (isProblemCarrier(error)) return failureOfProblem(error.problem, error.cause);
  if (error instanceof AppError) {
    const status = Object.entries(commonErrors).find(([code]) => code === error.code)?.[1] ?? 409;
    const { fields, data, message, code, retryAfterSeconds } = error;
    const wait = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
    const head = { type: 'about:blank', title: code, status, code, detail: message, requestId: '' };
    return failureOfProblem({ ...head, fields, data, ...wait }, error.cause);
  }
  if (error instanceof Error && error.name === 'AbortError') {
    return new Failure(exitCodes.interrupted, 'Interrupted.', { cause: error });
  }
  const message = error instanceof Error ? error.message : String(error);
  return new Failure(exitCodes.unexpected, message, { cause: error });
}

function* chainOf(error: unknown): Generator<unknown> {
  for (let current = error; current instanceof Error; current = current.cause) yield current;
}

/** `ApiError` is recognised by its shape, so that telling an error loads no client. */
function isProblemCarrier(error: unknown): error is Error & { problem: Problem } {
  return error instanceof Error && error.name === 'ApiError' && 'problem' in error;
}

function failureOfProblem(problem: Problem, cause: unknown): Failure {
  const { code, detail, requestId, fields = [] } = problem;
  return new Failure(exitCodeOf(problem), detail, {
    next: nextStep(problem, cause),
    requestId: requestId === '' ? undefined : requestId,
    fields: code === 'BAD_INPUT' ? fields : [],
    problem,
    cause,
  });
}

/** The exit code that a problem's code or, for codes of single endpoints, its status stands for. */
function exitCodeOf({ code, status }: Pick<Problem, 'code' | 'status'>): ExitCode {
  if (['UNREACHABLE', 'UNAVAILABLE', 'UNEXPECTED_ANSWER', 'WRONG_HOST'].includes(code)) {
    return exitCodes.unreachable;
  }
  if (status === 401 || status === 403) return exitCodes.denied;
  if (status === 404 || status === 410) return exitCodes.notFound;
  if (status === 409) return exitCodes.busy;
  if (status === 429) return exitCodes.rateLimited;
  if (status >= 400 && status < 500) return exitCodes.usage;
  return exitCodes.unexpected;
}

const nextSteps: Record<string, string> = {
  SIGNED_OUT:
    'Use another key: `nebula context add NAME --url URL --key-stdin`, or on the server `nebula account api-key --name cli --role admin --scopes "*" --save`.',
  FORBIDDEN: 'It needs another key; `nebula account session` shows what this one may do.',
  WRONG_HOST: 'Reach the server by a name it knows, or add this one to NEBULA_ALLOWED_HOSTS there.',
  UNAVAILABLE: '`nebula doctor` on the server says what is missing.',
  UNEXPECTED_ANSWER: 'Check the address with `nebula context list`.',
  STORAGE_FULL: 'Free space on the disk of the data directory.',
  TARGET_BUSY: 'Another run works on it: `nebula jobs list` shows it. Try again when it has ended.',
  INTERNAL: 'The log of the server tells more; search it for the request.',
};

function nextStep(problem: Problem, cause: unknown): string | undefined {
  const { code, retryAfterSeconds } = problem;
  if (code === 'UNREACHABLE') return unreachableStep(cause);
  if (code === 'RATE_LIMITED') return `Try again in ${retryAfterSeconds ?? 60} seconds.`;
  return nextSteps[code];
}

/** Codes of Node's TLS errors (OpenSSL's verify results) that mean "not trusted". */
const distrust = /^(SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_(GET|VERIFY)|CERT_|ERR_TLS_CERT)/;

function unreachableStep(cause: unknown): string {
  const reason = innermostReason(cause);
  if (distrust.test(reason)) {
    return `Its certificate is not trusted (${reason}). If it is your own authority: \`nebula context add … --ca FILE\`.`;
  }
  const why = reason === '' ? '' : ` (${reason})`;
  return `Is the address right and NebulaCommand running${why}? \`nebula doctor\` on the server says more.`;
}

/** The code of the error that started a chain, else its message. */
function innermostReason(cause: unknown): string {
  let reason = '';
  for (let current = cause; current instanceof Error; current = current.cause) {
    reason = 'code' in current && typeof current.code === 'string' ? current.code : current.message;
  }
  return reason;
}
