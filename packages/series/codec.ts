import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** Points of one chunk by their place in it; places may be missing. */
export interface Points {
  /** Places from the start of the chunk, growing, in steps of its resolution. */
  places: number[];
  min: number[];
  mean: number[];
  max: number[];
}

/** Values are kept to one part in 2^15 of the largest in their chunk: finer than any chart shows. */
const levels = 32_768;
/** Numbers so small count as 0: a part of them is 0 to a computer, and what is divided by it has no end. */
const nothing = 1e-300;

/**
 * Packs points: a version byte, how many, the quantum as a float, then four columns of variable-length integers (places and
 * means as differences to the one before, least and most as distances from the mean), all compressed with Zstandard.
 * `isPlain` leaves the last two columns out, for samples whose least, mean and most are one.
 */
export function encodePoints({ places, min, mean, max }: Points, isPlain: boolean): Buffer {
  let most = 0;
  for (let n = 0; n < places.length; n += 1)
    most = Math.max(most, Math.abs(max[n] ?? 0), Math.abs(min[n] ?? 0));
  const quantum = most < nothing ? 1 : most / levels;
  const levelOf = (value: number) => (most < nothing ? 0 : value / quantum);
  const out = new VarintWriter();
  out.raw(isPlain ? 2 : 1);
  out.unsigned(places.length);
  out.float(quantum);
  let before = 0;
  for (const place of places) {
    out.unsigned(place - before);
    before = place;
  }
  const levelled = mean.map((value) => Math.round(levelOf(value)));
  before = 0;
  for (const level of levelled) {
    out.signed(level - before);
    before = level;
  }
  if (!isPlain) {
    for (const [n, level] of levelled.entries())
      out.unsigned(Math.max(0, level - Math.floor(levelOf(min[n] ?? 0))));
    for (const [n, level] of levelled.entries())
      out.unsigned(Math.max(0, Math.ceil(levelOf(max[n] ?? 0)) - level));
  }
  const packed = zstdCompressSync(out.bytes());
  // What the library answers holds 16 KiB for a chunk of some hundred bytes; a copy in the shared pool would hold that too.
  const chunk = Buffer.alloc(packed.length);
  packed.copy(chunk);
  return chunk;
}

/** Unpacks what {@link encodePoints} packed. Throws an Error when the bytes are none of it. */
export function decodePoints(data: Buffer): Points {
  const input = new VarintReader(zstdDecompressSync(data));
  const version = input.raw();
  if (version !== 1 && version !== 2) throw new Error(`A chunk has the unknown version ${version}`);
  const count = input.unsigned();
  const quantum = input.float();
  const places = running(count, () => input.unsigned());
  const levelled = running(count, () => input.signed());
  const mean = levelled.map((level) => level * quantum);
  if (version === 2) return { places, mean, min: [...mean], max: [...mean] };
  const min = levelled.map((level) => (level - input.unsigned()) * quantum);
  const max = levelled.map((level) => (level + input.unsigned()) * quantum);
  return { places, min, mean, max };
}

function running(count: number, next: () => number): number[] {
  let sum = 0;
  return Array.from({ length: count }, () => (sum += next()));
}

/** Writes integers of up to 53 bits in seven-bit groups, the smallest first (LEB128). */
export class VarintWriter {
  #bytes = Buffer.alloc(256);
  #length = 0;

  raw(byte: number): void {
    this.#room(1);
    this.#bytes[this.#length] = byte;
    this.#length += 1;
  }

  unsigned(value: number): void {
    this.#room(10);
    let rest = value;
    while (rest >= 128) {
      this.#bytes[this.#length] = (rest % 128) + 128;
      this.#length += 1;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#length] = rest;
    this.#length += 1;
  }

  /** Signed values alternate (0, -1, 1, -2 …), so that small ones stay short. */
  signed(value: number): void {
    this.unsigned(value < 0 ? -2 * value - 1 : 2 * value);
  }

  float(value: number): void {
    this.#room(8);
    this.#length = this.#bytes.writeDoubleLE(value, this.#length);
  }

  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  #room(size: number): void {
    if (this.#length + size <= this.#bytes.length) return;
    const larger = Buffer.alloc(this.#bytes.length * 2);
    this.#bytes.copy(larger);
    this.#bytes = larger;
  }
}

/** Reads what {@link VarintWriter} wrote. Throws a RangeError behind the end. */
export class VarintReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  raw(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new RangeError('A chunk ends too early');
    this.#at += 1;
    return byte;
  }

  unsigned(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.raw();
      value += (byte % 128) * factor;
      if (byte < 128) return value;
    }
  }

  signed(): number {
    const value = this.unsigned();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  float(): number {
    const value = this.#bytes.readDoubleLE(this.#at);
    this.#at += 8;
    return value;
  }
}
