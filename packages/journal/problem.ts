import { AppError, DriverError, type DriverErrorKind } from '@nebula/errors';
import { redact } from '@nebula/log';
import type { RunProblem } from './summary.ts';

/** The fence of a run is another worker's now: whoever sees this stops at once. */
export class Fenced extends Error {
  override readonly name = 'Fenced';
}

/** A crash point threw: everything is left as a killed process would leave it. */
export class Crashed extends Error {
  override readonly name = 'Crashed';
}

/** A step did not end within its time. */
export class StepTimeout extends Error {
  override readonly name = 'StepTimeout';
}

const driverCodes: Record<DriverErrorKind, string> = {
  unauthorized: 'UPSTREAM_REJECTED',
  'rate-limited': 'RATE_LIMITED',
  unavailable: 'UNAVAILABLE',
  rejected: 'UPSTREAM_REJECTED',
  unsupported: 'UPSTREAM_REJECTED',
};

/** Code and sentence for people. What an unforeseen error says stays in the log. */
export function problemOf(error: unknown): RunProblem {
  if (error instanceof AppError) return { code: error.code, message: clean(error.message) };
  if (error instanceof DriverError) return { code: driverCodes[error.kind], message: clean(error.message) };
  if (error instanceof StepTimeout) return { code: 'TIMED_OUT', message: error.message };
  return {
    code: 'INTERNAL',
    message: 'The step failed in a way that was not foreseen; the log has the details.',
  };
}

/** True when another attempt can help. */
export function isRetryable(error: unknown): boolean {
  return error instanceof DriverError && (error.kind === 'unavailable' || error.kind === 'rate-limited');
}

/** True when the outside said no, or our own code did, so that the effect surely did not happen. */
export function isRefusal(error: unknown): boolean {
  return error instanceof AppError || (error instanceof DriverError && error.kind !== 'unavailable');
}

/** Text that PostgreSQL takes and that holds no secret we know. */
export function clean(text: string): string {
  return redact(text).replaceAll('\u0000', '\ufffd').slice(0, 2000);
}
