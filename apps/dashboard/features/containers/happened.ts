import type { Clock } from '@nebula/clock';
import type { ContainerEvent, Docker } from '@nebula/docker';

/** What is remembered of one container besides what the engine's list says. */
export interface Past {
  /** Whether it was seen running since we look. */
  hasRun: boolean;
  /** Whether somebody asked for its last end. */
  endedAsked: boolean;
  /** When it failed without being asked to end, oldest first (ms since 1970); older than {@link rememberMs} is forgotten. */
  deaths: number[];
  /** When the kernel last ended something in it for lack of memory. */
  outOfMemoryAt: number | null;
}

/** What happened to the containers of one engine lately, heard from its events and from what we ask of it. */
export interface Happened {
  hear(event: ContainerEvent): void;
  /** Takes note that it was seen running. */
  ran(id: string): void;
  /** Null when nothing is known. */
  of(id: string): Past | null;
  /** Forgets all but these. */
  keep(ids: ReadonlySet<string>): void;
}

/** Ends longer ago say nothing of now. */
export const rememberMs = 10 * 60_000;
/** An end within this time after it was asked for is the one that was asked for; the longest grace of an engine. */
const askedMs = 10 * 60_000;
const mostDeaths = 100;

interface Entry extends Past {
  askedAt: number;
  /** Whether its last end is among the deaths. */
  lastFailed: boolean;
}

const byEngine = new WeakMap<Docker, Happened>();
const asking = new WeakMap<Happened, (id: string) => void>();

/** The one memory of an engine: the runs that act on it and the feature that follows it are made apart. */
export function happenedTo(docker: Docker, clock: Clock): Happened {
  const found = byEngine.get(docker);
  if (found !== undefined) return found;
  const made = createHappened(clock);
  byEngine.set(docker, made.happened);
  asking.set(made.happened, made.asked);
  return made.happened;
}

/** The same engine; an end that we ask for is remembered as asked. */
export function noting(docker: Docker, clock: Clock): Docker {
  const asked = asking.get(happenedTo(docker, clock)) ?? (() => undefined);
  return {
    ...docker,
    stop: (id, ...rest) => (asked(id), docker.stop(id, ...rest)),
    restart: (id, ...rest) => (asked(id), docker.restart(id, ...rest)),
    kill: (id, ...rest) => (asked(id), docker.kill(id, ...rest)),
  };
}

function createHappened(clock: Clock): { happened: Happened; asked(id: string): void } {
  const entries = new Map<string, Entry>();

  function entryOf(id: string): Entry {
    let entry = entries.get(id);
    if (entry === undefined) {
      entry = {
        hasRun: false,
        endedAsked: false,
        deaths: [],
        outOfMemoryAt: null,
        askedAt: Number.NaN,
        lastFailed: false,
      };
      entries.set(id, entry);
    }
    return entry;
  }

  function died(
    entry: Entry,
    exitCode: number | undefined,
    { now, when }: { now: number; when: number },
  ): void {
    entry.hasRun = true;
    const sinceAsked = now - entry.askedAt;
    entry.endedAsked = sinceAsked >= 0 && sinceAsked < askedMs;
    entry.askedAt = Number.NaN;
    entry.lastFailed = !entry.endedAsked && exitCode !== 0;
    // Work that is done is no failure, however often it is started.
    if (!entry.lastFailed) return;
    entry.deaths.push(when);
    if (entry.deaths.length > mostDeaths) entry.deaths.shift();
  }

  /** The engine says `stop` after the end that a stop has brought: somebody asked, whoever it was. */
  function stopped(entry: Entry): void {
    if (!entry.endedAsked && entry.lastFailed) entry.deaths.pop();
    entry.endedAsked = true;
    entry.lastFailed = false;
  }

  return {
    asked: (id) => void (entryOf(id).askedAt = clock.now().getTime()),
    happened: {
      hear({ id, action, exitCode, at }) {
        const now = clock.now().getTime();
        // What happened while nobody listened is told later.
        const when = Math.min(now, at.getTime());
        if (action === 'die') died(entryOf(id), exitCode, { now, when });
        else if (action === 'stop') stopped(entryOf(id));
        else if (action === 'oom') entryOf(id).outOfMemoryAt = when;
        else if (action === 'start') entryOf(id).hasRun = true;
      },
      ran: (id) => void (entryOf(id).hasRun = true),
      of(id) {
        const entry = entries.get(id);
        if (entry === undefined) return null;
        const now = clock.now().getTime();
        // What lies ahead is of a clock that was wrong.
        if (entry.deaths.length > 0)
          entry.deaths = entry.deaths.filter((at) => at <= now && at > now - rememberMs);
        return entry;
      },
      keep(ids) {
        for (const id of entries.keys()) if (!ids.has(id)) entries.delete(id);
      },
    },
  };
}
