import type { LogEntry } from '../contract.ts';

/** A line on the page; `note` is one of the page itself, such as that the connection was lost. */
export interface PageLine extends LogEntry {
  id: string;
  note: 'reconnected' | null;
}

/** What is shown of a log. */
export interface LogSnapshot {
  lines: readonly PageLine[];
  /** Lines that came while the page was held. */
  waiting: number;
  /** How many lines stand before those that the last snapshot began with; negative when some were let go. */
  shifted: number;
}

/** Lines that a page keeps; the oldest go first while it follows. */
export const mostLines = 20_000;

/** Holds the lines of a page: what comes while the reader looks back waits, so that nothing moves under their eyes. */
export class LogBuffer {
  #lines: PageLine[] = [];
  #waiting: PageLine[] = [];
  #dropped = 0;
  #known = new Set<string>();
  #isHeld = false;
  #shifted = 0;
  #snapshot: LogSnapshot = { lines: [], waiting: 0, shifted: 0 };

  /** New lines at the end; those that are there already are left out. */
  push(entries: readonly LogEntry[]): void {
    const fresh = this.#fresh(entries);
    if (!this.#isHeld) {
      this.#lines = this.#lines.concat(fresh);
      this.#trim();
      return;
    }
    this.#waiting.push(...fresh);
    const tooMany = this.#waiting.length - mostLines;
    if (tooMany > 0) this.#dropped += this.#forget(this.#waiting.splice(0, tooMany));
  }

  /** Older lines at the beginning. */
  unshift(entries: readonly LogEntry[]): void {
    const fresh = this.#fresh(entries);
    this.#lines = [...fresh, ...this.#lines];
    this.#shifted += fresh.length;
  }

  /** Says at its place that the connection was lost and is there again. */
  noteReconnect(): void {
    const last = this.#waiting.at(-1) ?? this.#lines.at(-1);
    if (last === undefined || last.note !== null) return;
    const note: PageLine = { ...last, id: `note.${last.id}`, text: '', gap: null, note: 'reconnected' };
    (this.#isHeld ? this.#waiting : this.#lines).push(note);
    if (!this.#isHeld) this.#lines = [...this.#lines];
  }

  /** Whether new lines wait. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    if (isHeld || this.#waiting.length === 0) return;
    this.#lines = this.#lines.concat(this.#waiting);
    this.#waiting = [];
    this.#dropped = 0;
    this.#trim();
  }

  get isHeld(): boolean {
    return this.#isHeld;
  }

  clear(): void {
    this.#lines = [];
    this.#waiting = [];
    this.#known.clear();
    this.#shifted = 0;
    this.#dropped = 0;
  }

  /** What is shown now; the same object until {@link publish}. */
  snapshot(): LogSnapshot {
    return this.#snapshot;
  }

  /** Makes what happened since the last time the snapshot. */
  publish(): void {
    const waiting = this.#waiting.length + this.#dropped;
    this.#snapshot = { lines: this.#lines, waiting, shifted: this.#shifted };
    this.#shifted = 0;
  }

  #fresh(entries: readonly LogEntry[]): PageLine[] {
    const fresh: PageLine[] = [];
    for (const entry of entries) {
      const id = `${entry.app}~${entry.key}${entry.gap === null ? '' : `~${entry.gap.reason}`}`;
      if (this.#known.has(id)) continue;
      this.#known.add(id);
      fresh.push({ ...entry, id, note: null });
    }
    return fresh;
  }

  #trim(): void {
    const tooMany = this.#lines.length - mostLines;
    if (tooMany <= 0) return;
    this.#shifted -= this.#forget(this.#lines.slice(0, tooMany));
    this.#lines = this.#lines.slice(tooMany);
  }

  #forget(lines: readonly PageLine[]): number {
    for (const { id } of lines) this.#known.delete(id);
    return lines.length;
  }
}
