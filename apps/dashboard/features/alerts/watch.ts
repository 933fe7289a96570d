import type { Clock } from '@nebula/clock';
import type { Log } from '@nebula/log';
import type { Condition } from '@nebula/runtime';
import type { Fullness } from './fullness.ts';
import type { KindName } from './contract-kinds.ts';
import { isAbout, waitsOf } from './rule.ts';
import { readingOf, resumed, step, type Track } from './state.ts';
import type { IncidentRow, RuleRow } from './store.ts';

/** A rule that has come to be broken by a subject. */
export interface Firing {
  rule: RuleRow;
  condition: Condition;
}

/** An incident that is over. */
export interface Closing {
  incident: IncidentRow;
  closedBy: 'recovered' | 'gone' | 'rule-changed';
}

/** What the outside does with what is found. */
export interface Book {
  rules(): Promise<RuleRow[]>;
  openIncidents(): Promise<IncidentRow[]>;
  /** Keeps what began and what ended, and sees to it that it is told. */
  write(opened: Firing[], closed: Closing[]): Promise<void>;
}

/** Judges what features tell against the rules. */
export interface Watch {
  /** One look. What could not be written is written at the next one. */
  look(signal: AbortSignal): Promise<void>;
  /** Reads the rules and open incidents anew at the next look. */
  changed(): void;
  /** Incidents that are open, as far as known here. */
  open(): IncidentRow[];
  /** What a rule of a kind could be about now. */
  values(kind: KindName): Condition[];
}

interface Deps {
  sources: ReadonlyMap<string, (wanted: ReadonlySet<string>) => Iterable<Condition>>;
  fullness: Fullness;
  book: Book;
  clock: Clock;
  log: Log;
}

/** What is remembered of one subject under one rule. */
interface Kept extends Firing {
  track: Track;
}

/** See {@link Watch}. Nothing is kept of what is right, so a look at rest costs one comparison for each value. */
export function createWatch({ sources, fullness, book, clock, log }: Deps): Watch {
  const kept = new Map<string, Kept>();
  const gone = new Set<string>();
  let byKind = new Map<string, RuleRow[]>();
  let byId = new Map<string, RuleRow>();
  let incidents = new Map<string, IncidentRow>();
  let wanted = new Set<string>();
  let isStale = true;

  async function learn(): Promise<void> {
    const rules = (await book.rules()).filter(({ isOn }) => isOn);
    byId = new Map(rules.map((rule) => [rule.id, rule]));
    byKind = Map.groupBy(rules, ({ kind }) => kind);
    wanted = new Set<string>(byKind.keys());
    // Whether apps can be gone hangs on the engine, and how fast a disk fills on how full it is.
    wanted.add('engine');
    if (wanted.has('disk-full-in')) wanted.add('disk');
    incidents = new Map((await book.openIncidents()).map((row) => [keyOf(row.ruleId, row.subject), row]));
    const at = clock.now().getTime();
    for (const [key, one] of kept) {
      const rule = byId.get(one.rule.id);
      if (rule === undefined || rule.kind !== one.rule.kind || !isAbout(rule, one.condition.subject))
        kept.delete(key);
      else kept.set(key, { ...one, rule });
    }
    for (const [key, incident] of incidents) {
      const rule = byId.get(incident.ruleId);
      if (
        kept.has(key) ||
        rule === undefined ||
        rule.kind !== incident.kind ||
        !isAbout(rule, incident.subject)
      )
        continue;
      kept.set(key, { rule, condition: conditionOf(incident), track: resumed(at) });
    }
    isStale = false;
  }

  function gather(kinds: ReadonlySet<string>): Condition[] {
    const found: Condition[] = [];
    for (const [feature, read] of sources) {
      try {
        found.push(...read(kinds));
      } catch (error) {
        log.warn({ error, feature }, 'what alerts judge could not be read');
      }
    }
    return found;
  }

  /** Keeps what follows from a look at one subject under one rule. */
  function judge(key: string, rule: RuleRow, condition: Condition, at: number): void {
    const before = kept.get(key);
    const track = step(before?.track ?? null, readingFor(rule, condition.value), at, waitsOf(rule, false));
    if (track !== null) kept.set(key, { rule, condition, track });
    else if (before !== undefined) kept.delete(key);
  }

  function judgeMissing(seen: ReadonlySet<string>, isEngineAway: boolean, at: number): void {
    for (const [key, one] of kept) {
      if (seen.has(key)) continue;
      const track = step(one.track, 'missing', at, waitsOf(one.rule, isEngineAway));
      if (track !== null) kept.set(key, { ...one, track });
      else {
        kept.delete(key);
        gone.add(key);
      }
    }
  }

  async function write(): Promise<void> {
    const opened = [...kept].flatMap(([key, { rule, condition, track }]) =>
      track.phase === 'pending' || incidents.has(key) ? [] : [{ rule, condition }],
    );
    const closed = [...incidents].flatMap(([key, incident]): Closing[] => {
      if (kept.has(key)) return [];
      const rule = byId.get(incident.ruleId);
      const isAsked = rule !== undefined && rule.kind === incident.kind && isAbout(rule, incident.subject);
      return [{ incident, closedBy: !isAsked ? 'rule-changed' : gone.has(key) ? 'gone' : 'recovered' }];
    });
    if (opened.length === 0 && closed.length === 0) return;
    await book.write(opened, closed);
    gone.clear();
    await learn();
  }

  return {
    changed: () => void (isStale = true),
    open: () => [...incidents.values()],
    values: (kind) =>
      kind === 'disk-full-in'
        ? [...fullness.conditions()]
        : gather(new Set([kind])).filter((condition) => condition.kind === kind),

    async look(signal) {
      if (isStale) await learn();
      const conditions = gather(wanted);
      if (byKind.has('disk-full-in')) {
        await fullness.refresh(conditions.filter(({ kind }) => kind === 'disk'));
        conditions.push(...fullness.conditions());
      }
      signal.throwIfAborted();
      const at = clock.now().getTime();
      const seen = new Set<string>();
      let isEngineAway = false;
      for (const condition of conditions) {
        if (condition.kind === 'engine') isEngineAway = condition.value > 0;
        for (const rule of byKind.get(condition.kind) ?? []) {
          if (!isAbout(rule, condition.subject)) continue;
          const key = keyOf(rule.id, condition.subject);
          seen.add(key);
          judge(key, rule, condition, at);
        }
      }
      judgeMissing(seen, isEngineAway, at);
      await write();
    },
  };
}

function keyOf(ruleId: string, subject: string): string {
  return `${ruleId} ${subject}`;
}

function readingFor({ kind, threshold, recover }: RuleRow, value: number) {
  return readingOf(value, { wrong: kind === 'disk-full-in' ? 'below' : 'above', threshold, recover });
}

function conditionOf({ kind, subject, subjectName, value, path }: IncidentRow): Condition {
  return { kind, subject, name: subjectName, value, path };
}
