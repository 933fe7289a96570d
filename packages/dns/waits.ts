import type { Clock } from '@nebula/clock';
import { MustWait } from './faults.ts';

/** Remembers from when on a provider takes the next change; a caller gives one that survives restarts. */
export interface Waits {
  /** The instant kept for a key; null when there is none. */
  get(key: string): Promise<Date | null>;
  /** Keeps an instant, or forgets the key for null. */
  set(key: string, until: Date | null): Promise<void>;
}

/** Waits that are forgotten with the process. */
export function memoryWaits(): Waits {
  const kept = new Map<string, Date>();
  return {
    get: async (key) => kept.get(key) ?? null,
    async set(key, until) {
      if (until === null) kept.delete(key);
      else kept.set(key, until);
    },
  };
}

/** The key under which one name at an account waits, whatever the others do. */
export function nameWait(account: string, name: string): string {
  return `${account} ${name}`;
}

/** The name behind {@link nameWait}; no name has a space. */
export function nameOfWait(key: string): string {
  return key.slice(key.lastIndexOf(' ') + 1);
}

/** A limit of a provider: at least `intervalMs` between two changes under one key. */
export interface Pace {
  key: string;
  /** What has to wait, for people. */
  what: string;
  intervalMs: number;
}

/** Keeps limits of a provider with times that survive restarts and a clock that jumps. */
export class Pacer {
  readonly #waits: Waits;
  readonly #clock: Clock;

  constructor(waits: Waits, clock: Clock) {
    this.#waits = waits;
    this.#clock = clock;
  }

  /**
   * Takes the turn under a limit: the time of the next one is kept before anything is sent, so that a crash does not forget
   * it. Throws {@link MustWait} when it is too early.
   */
  async take({ key, what, intervalMs }: Pace): Promise<void> {
    const now = this.#clock.now();
    const until = await this.#waits.get(key);
    if (until !== null && until > now) {
      // No limit is longer than its interval; a later time was written by a clock that went wrong.
      const latest = new Date(now.getTime() + intervalMs);
      if (until > latest) await this.#waits.set(key, latest);
      throw new MustWait(what, until > latest ? latest : until, now);
    }
    await this.#waits.set(key, new Date(now.getTime() + intervalMs));
  }

  /** Counts from the answer: the provider began to count before it sent that. */
  async answered({ key, intervalMs }: Pace): Promise<void> {
    await this.#waits.set(key, new Date(this.#clock.now().getTime() + intervalMs));
  }

  /** Gives the turn back: nothing was sent. */
  async giveBack({ key }: Pace): Promise<void> {
    await this.#waits.set(key, null);
  }

  /** The provider itself said how long: keeps that and throws {@link MustWait}. */
  async postpone({ key, what, intervalMs }: Pace, seconds: number): Promise<never> {
    const now = this.#clock.now();
    const until = new Date(now.getTime() + Math.min(seconds * 1000, intervalMs));
    await this.#waits.set(key, until);
    throw new MustWait(what, until, now);
  }
}
