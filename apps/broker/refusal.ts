import type { Liftable } from './liftable.ts';

/** Why a request is not sent on; becomes the answer `{ "message", "rules", "grantable" }`. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly rules: readonly Liftable[];
  readonly field: string | undefined;

  /**
   * @param status HTTP status of the answer
   * @param message a sentence for the person who asked
   * @param details `rules` that one grant would have to lift; `field` of the input that is wrong
   */
  constructor(
    status: number,
    message: string,
    details: { rules?: readonly Liftable[]; field?: string; cause?: unknown } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.status = status;
    this.rules = details.rules ?? [];
    this.field = details.field;
  }
}

/** Refuses for good: no grant lifts this. */
export function refuse(message: string, field?: string): never {
  throw new Refusal(403, message, field === undefined ? {} : { field });
}
