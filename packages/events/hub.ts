import { randomBytes } from 'node:crypto';
import { redactJson } from '@nebula/log';

/** Something that happened, or the newest value of something that is. */
export interface Message {
  topic: string;
  /** Who may see it; judged by each reader's `canSee`. */
  access: string;
  data: unknown;
}

/** Somebody who reads the live stream. */
export interface Reader {
  canSee(access: string): boolean;
  /**
   * Takes server-sent-event frames; false when the reader is too slow and must be dropped. What it was sent at its start
   * (`isStart`) is no sign of slowness, however large.
   */
  write(frames: string, isStart: boolean): boolean;
  /** Ends the connection; the reader comes back and resumes. */
  close(reason: string): void;
}

/** What {@link Hub.connect} answers: how to leave. */
export interface Connected {
  /** False when the position given is not known any more and the reader must load everything anew. */
  isResumed: boolean;
  disconnect(): void;
}

interface Frame {
  sequence: number;
  access: string;
  text: string;
}

interface State {
  access: string;
  json: string;
}

/**
 * The live state of one process: events as they are committed, and the newest value of each state topic and key. Frames are
 * made once and shared by all readers; the last `keep` are kept for those who resume.
 */
export class Hub {
  readonly epoch = randomBytes(6).toString('hex');
  readonly #keep: number;
  readonly #frames: Frame[] = [];
  readonly #states = new Map<string, Map<string, State>>();
  readonly #readers = new Set<Reader>();
  readonly #listeners = new Map<string, Set<(data: unknown) => void>>();
  #sequence = 0;

  constructor(options: { keep?: number } = {}) {
    this.#keep = options.keep ?? 2000;
  }

  /** Readers connected just now. */
  get readers(): number {
    return this.#readers.size;
  }

  /** Publishes something that happened. */
  publish(message: Message): void {
    for (const listener of this.#listeners.get(message.topic) ?? []) listener(message.data);
    this.#send(message.topic, message.access, redactJson(message.data));
  }

  /**
   * Sets the newest value under a topic and key; readers get it only when it differs. `null` removes it. The frame's data
   * is `{ key, value }`.
   */
  setState(topic: string, key: string, access: string, value: unknown): void {
    const states = this.#states.get(topic) ?? new Map<string, State>();
    this.#states.set(topic, states);
    const json = redactJson({ key, value });
    if (value === null) {
      if (!states.delete(key)) return;
    } else {
      if (states.get(key)?.json === json) return;
      states.set(key, { access, json });
    }
    this.#send(topic, access, json);
  }

  /** Calls `listener` in this process for each published event of a topic; answers how to stop. */
  on(topic: string, listener: (data: unknown) => void): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /**
   * Connects a reader. With a position (`<epoch>-<sequence>`, the last id it saw) that is still kept it gets what it missed;
   * otherwise a `resync` frame and all current states.
   */
  connect(reader: Reader, lastId: string | null): Connected {
    const missed = this.#missedSince(lastId);
    const first = missed === null ? this.#snapshot(reader) : textFor(reader, missed);
    this.#readers.add(reader);
    if (first !== '' && !reader.write(first, true)) this.#dropReader(reader, 'gone');
    return { isResumed: missed !== null, disconnect: () => this.#readers.delete(reader) };
  }

  /** Ends the connections of the readers that `matches` chooses, such as those of a revoked session. */
  drop(matches: (reader: Reader) => boolean, reason: string): void {
    for (const reader of [...this.#readers]) if (matches(reader)) this.#dropReader(reader, reason);
  }

  #send(topic: string, access: string, json: string): void {
    this.#sequence += 1;
    const frame = { sequence: this.#sequence, access, text: this.#frame(this.#sequence, topic, json) };
    this.#frames.push(frame);
    if (this.#frames.length > this.#keep) this.#frames.splice(0, this.#frames.length - this.#keep);
    for (const reader of [...this.#readers]) this.#deliver(reader, frame);
  }

  #deliver(reader: Reader, frame: Frame): void {
    if (reader.canSee(frame.access) && !reader.write(frame.text, false)) this.#dropReader(reader, 'too slow');
  }

  #dropReader(reader: Reader, reason: string): void {
    this.#readers.delete(reader);
    reader.close(reason);
  }

  #missedSince(lastId: string | null): Frame[] | null {
    const [epoch, text] = lastId?.split('-') ?? [];
    const position = Number(text);
    if (epoch !== this.epoch || !Number.isInteger(position) || position > this.#sequence) return null;
    if (position === this.#sequence) return [];
    const oldest = this.#frames[0]?.sequence ?? Number.POSITIVE_INFINITY;
    return position + 1 >= oldest ? this.#frames.filter((frame) => frame.sequence > position) : null;
  }

  /** Only the last frame has a position: a reader that is cut off before it must start anew. */
  #snapshot(reader: Reader): string {
    let text = 'event: resync\ndata: {}\n\n';
    for (const [topic, states] of this.#states) {
      for (const { access, json } of states.values()) {
        if (reader.canSee(access)) text += `event: ${topic}\ndata: ${json}\n\n`;
      }
    }
    return text + this.#frame(this.#sequence, 'current', '{}');
  }

  #frame(sequence: number, topic: string, json: string): string {
    return `id: ${this.epoch}-${sequence}\nevent: ${topic}\ndata: ${json}\n\n`;
  }
}

function textFor(reader: Reader, frames: Frame[]): string {
  return frames
    .filter(({ access }) => reader.canSee(access))
    .map(({ text }) => text)
    .join('');
}
