import type { Actor } from './actor.ts';

/** A proof counts for ten minutes. */
export const stepUpLifeMs = 10 * 60_000;

/**
 * The scope with which an API key may do what asks people for a fresh proof. It counts only by its full name: neither `*` nor
 * `account:*` includes it, so a key that was made for everything can still not take an account over.
 */
export const stepUpScope = 'account:skip-step-up';

/** Whether an actor may do now what needs a fresh proof. Agents never may; the machine's own parts always may. */
export function hasFreshProof(actor: Actor, now: Date): boolean {
  switch (actor.kind) {
    case 'user':
      return actor.steppedUpAt !== null && now.getTime() - actor.steppedUpAt.getTime() < stepUpLifeMs;
    case 'apiKey':
      return actor.scopes.includes(stepUpScope);
    case 'system':
    case 'job':
      return true;
    case 'agent':
    case 'nobody':
      return false;
    default:
      return actor satisfies never;
  }
}
