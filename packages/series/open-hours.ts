import { VarintReader, VarintWriter } from './codec.ts';
import { finest, spanStart } from './tiers.ts';

/** Samples of hours that are not in chunks yet, in memory. */
export interface OpenHours {
  /** Starts of the hours that have samples, oldest first (ms since 1970). */
  starts(): number[];
  put(key: string, at: number, value: number): void;
  /** The samples of a series in an hour, one place for each 10 s, NaN where there is none. */
  samples(key: string, start: number): Float64Array | undefined;
  keys(start: number): Iterable<string>;
  drop(start: number): void;
  /** What stands in the minute that begins at `minute`, packed by numbers of series. */
  packMinute(minute: number, idOf: (key: string) => number | undefined): Buffer;
  /** Puts a packed minute back. */
  unpackMinute(minute: number, data: Buffer, keyOf: (id: number) => string | undefined): void;
}

/** Samples per hour and per minute at the finest resolution. */
const perHour = finest.spanMs / finest.stepMs;
const perMinute = 60_000 / finest.stepMs;

/** See {@link OpenHours}. */
export function createOpenHours(): OpenHours {
  const hours = new Map<number, Map<string, Float64Array>>();

  function samplesOf(key: string, start: number): Float64Array {
    let hour = hours.get(start);
    if (hour === undefined) hours.set(start, (hour = new Map()));
    let samples = hour.get(key);
    if (samples === undefined) hour.set(key, (samples = new Float64Array(perHour).fill(Number.NaN)));
    return samples;
  }

  function put(key: string, at: number, value: number): void {
    const start = spanStart(finest, at);
    samplesOf(key, start)[Math.floor((at - start) / finest.stepMs)] = value;
  }

  return {
    starts: () => [...hours.keys()].toSorted((a, b) => a - b),
    put,
    samples: (key, start) => hours.get(start)?.get(key),
    keys: (start) => hours.get(start)?.keys() ?? [],
    drop: (start) => void hours.delete(start),

    packMinute(minute, idOf) {
      const start = spanStart(finest, minute);
      const from = (minute - start) / finest.stepMs;
      const out = new VarintWriter();
      for (const [key, samples] of hours.get(start) ?? []) {
        const id = idOf(key);
        if (id === undefined) continue;
        for (let place = 0; place < perMinute; place += 1) {
          const value = samples[from + place] ?? Number.NaN;
          if (Number.isNaN(value)) continue;
          out.unsigned(id);
          out.unsigned(place);
          out.float(value);
        }
      }
      return Buffer.from(out.bytes());
    },

    unpackMinute(minute, data, keyOf) {
      const input = new VarintReader(data);
      while (!input.isAtEnd) {
        const key = keyOf(input.unsigned());
        const at = minute + input.unsigned() * finest.stepMs;
        const value = input.float();
        if (key !== undefined) put(key, at, value);
      }
    },
  };
}
