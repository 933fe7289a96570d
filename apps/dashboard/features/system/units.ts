import type { Clock } from '@nebula/clock';
import { AppError } from '@nebula/errors';
import type { CallBroker } from '../../resources.ts';
import type { Unit, UnitDetail } from './contract.ts';

/** Units of systemd as the broker tells them. */
export type Units = ReturnType<typeof createUnits>;

type Known = { at: number; absence: string | null; units: Unit[] };

/** Reads units when they are asked for. */
export function createUnits({ callBroker, clock }: { callBroker: CallBroker; clock: Clock }) {
  let known: Known | null = null;

  /** Why there are none, or all of them by name; read anew when older than `maxAgeMs`. */
  async function all(maxAgeMs: number, signal: AbortSignal): Promise<Known> {
    const now = clock.now().getTime();
    if (known !== null && now - known.at <= maxAgeMs) return known;
    const answer = await callBroker('units-list', {}, signal);
    known = answer.systemd
      ? { at: now, absence: null, units: answer.units.toSorted(byName) }
      : { at: now, absence: answer.reason, units: [] };
    return known;
  }

  /** The broker refuses what concerns one unit with a sentence; why it is absent altogether has a code of its own. */
  async function refuseAbsence(signal: AbortSignal): Promise<void> {
    const { absence } = await all(60_000, signal);
    if (absence !== null) throw new AppError('NO_SYSTEMD', absence);
  }

  return {
    all,
    /** Throws NO_SYSTEMD, NOT_FOUND. */
    async get(unit: string, signal: AbortSignal): Promise<UnitDetail> {
      await refuseAbsence(signal);
      const {
        invocation: _invocation,
        changedAtMicros: _changed,
        ...detail
      } = await callBroker('unit-status', { unit }, signal);
      if (detail.load === 'not-found') throw new AppError('NOT_FOUND', 'systemd knows no such unit.');
      return detail;
    },
    async journal(unit: string, lines: number, signal: AbortSignal) {
      await refuseAbsence(signal);
      return await callBroker('unit-journal', { unit, lines }, signal);
    },
  };
}

function byName(one: Unit, other: Unit): number {
  return one.name < other.name ? -1 : 1;
}
