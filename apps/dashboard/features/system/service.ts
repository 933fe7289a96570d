import { type Page, pageWindow } from '@nebula/contract';
import { AppError, DriverError } from '@nebula/errors';
import type { Host } from '@nebula/hosts';
import type { Journal } from '@nebula/journal';
import type { Attention, Context } from '@nebula/runtime';
import { systemAttention, unitsUnknown, usedPercent } from './attention.ts';
import { type Sample, system, type Unit } from './contract.ts';
import type { HostSampler } from './sampler.ts';
import { type UnitVerb, unitKind } from './unit-run.ts';
import type { Units } from './units.ts';

interface Deps {
  host: Host;
  sampler: HostSampler;
  units: Units;
  journal: Journal;
  hostId: string;
  everySeconds: number;
}

interface UnitQuery {
  limit: number;
  cursor?: string | undefined;
  search?: string | undefined;
  active?: 'active' | 'inactive' | 'failed' | undefined;
}

const actions = {
  start: system.actions['start-unit'],
  stop: system.actions['stop-unit'],
  restart: system.actions['restart-unit'],
};
/** How old a list of units may be: a page that follows it, and the overview. */
const freshMs = 2000;
const overviewMs = 30_000;

/** The verbs of the machine; see README. */
export function createSystem({ host, sampler, units, journal, hostId, everySeconds }: Deps) {
  function sampleNow(): Sample {
    const sample = sampler.sample();
    if (sample !== null) return sample;
    throw new AppError('UNAVAILABLE', 'The machine is being read for the first time.', {
      retryAfterSeconds: 1,
    });
  }

  function identity() {
    const { bootedAt, ...rest } = host.identity();
    return { ...rest, bootedAt: bootedAt?.toISOString() ?? null };
  }

  /** Without the broker the units are not known; the rest of the machine is. */
  async function knownUnits(signal: AbortSignal): Promise<{ rows: Unit[]; problem: Attention[] }> {
    try {
      return { rows: (await units.all(overviewMs, signal)).units, problem: [] };
    } catch (error) {
      if (!(error instanceof DriverError)) throw error;
      return { rows: [], problem: [unitsUnknown(error.message)] };
    }
  }

  return {
    get() {
      return { hostId, identity: identity(), sample: sampleNow(), storage: sampler.storage() };
    },

    history: () => ({ hostId, everySeconds, points: sampler.history() }),

    async units(context: Context, query: UnitQuery) {
      const { absence, units: rows } = await units.all(freshMs, context.signal);
      const search = query.search?.toLowerCase() ?? '';
      const matching = rows.filter(
        ({ name, description, active }) =>
          (query.active === undefined || active === query.active) &&
          (query.cursor === undefined || name > query.cursor) &&
          [name, description].some((text) => text.toLowerCase().includes(search)),
      );
      const page: Page<Unit> = pageWindow(
        matching.slice(0, query.limit + 1),
        query.limit,
        ({ name }) => name,
      );
      return { ...page, absence, failed: rows.filter(({ active }) => active === 'failed').length };
    },

    /** Starts a durable run; refused with UNIT_NOT_CHANGEABLE unless NEBULA_UNITS names the unit. */
    async change(context: Context, verb: UnitVerb, unit: string): Promise<{ runId: string }> {
      const detail = await units.get(unit, context.signal);
      const target = { type: 'unit', id: unit, name: unit, hostId };
      return await context.write(actions[verb], target, async (change) => {
        if (!detail.canChange) {
          throw new AppError(
            'UNIT_NOT_CHANGEABLE',
            `${unit} may not be changed from here. Name it in NEBULA_UNITS if it should be.`,
          );
        }
        change.record({ before: { active: detail.active, sub: detail.sub } });
        const { actor, requestId } = context;
        const runId = await journal.start(change.sql, unitKind(verb), { unit, hostId }, { actor, requestId });
        change.record({ runId });
        return { runId };
      });
    },

    async attention(context: Context): Promise<Attention[]> {
      const { rows, problem } = await knownUnits(context.signal);
      const storage = sampler.storage();
      const found = systemAttention({
        sample: sampler.sample(),
        filesystems: storage?.filesystems ?? [],
        temperatures: storage?.temperatures ?? [],
        units: rows,
      });
      return [...found, ...problem];
    },

    /** The few figures that the overview shows, with the fullest disk. */
    async tile() {
      const { cpu, memory, swap, load, uptimeSeconds } = sampleNow();
      const disks = (sampler.storage()?.filesystems ?? []).flatMap((row) => {
        const percent = usedPercent(row);
        return percent === null || row.isReadOnly ? [] : [{ row, percent }];
      });
      const [fullest] = disks.sort((one, other) => other.percent - one.percent);
      const { hostname, os, cores } = host.identity();
      return {
        hostname,
        os,
        cores,
        uptimeSeconds,
        cpuPercent: Math.round((cpu.total.user + cpu.total.system + cpu.total.steal) * 10) / 10,
        load: load[0],
        memory: { total: memory.limit ?? memory.total, available: memory.available },
        swap,
        disk:
          fullest === undefined
            ? null
            : {
                mountPoint: fullest.row.mountPoint,
                usedPercent: fullest.percent,
                availableBytes: fullest.row.availableBytes ?? 0,
              },
        points: sampler.history(),
      };
    },
  };
}
