import type { JournalEntry, UnitEntry, UnitStatus } from './host-verbs.ts';
import { Refusal } from './refusal.ts';

/** Arguments of systemctl(1) that list services, sockets and timers, those that failed or rest included. */
export const listArguments = [
  'list-units',
  '--all',
  '--type=service,socket,timer,path',
  '--output=json',
  '--no-pager',
  '--no-ask-password',
];

const properties = [
  'Id',
  'Names',
  'Description',
  'LoadState',
  'ActiveState',
  'SubState',
  'UnitFileState',
  'Result',
  'MainPID',
  'ExecMainStatus',
  'NRestarts',
  'InvocationID',
  'MemoryCurrent',
  'TasksCurrent',
  'StateChangeTimestampMonotonic',
];

/** Arguments that show one unit as `Name=value` lines. */
export function showArguments(unit: string): string[] {
  return ['show', `--property=${properties.join(',')}`, '--no-pager', '--', unit];
}

/** Arguments of journalctl(1) for the newest lines of one unit. */
export function journalArguments(unit: string, lines: number): string[] {
  const fields = ['PRIORITY', 'MESSAGE', 'SYSLOG_IDENTIFIER', '_PID'];
  return [
    `--unit=${unit}`,
    `--lines=${lines}`,
    '--output=json',
    `--output-fields=${fields.join(',')}`,
    '--no-pager',
    '--quiet',
  ];
}

/** Reads `systemctl list-units --output=json`. Throws a 409 {@link Refusal} for a systemd that does not write JSON (before 246). */
export function parseUnitList(text: string): Omit<UnitEntry, 'canChange'>[] {
  const rows = read(text);
  if (!Array.isArray(rows)) {
    throw new Refusal(409, 'This systemd does not list its units as JSON; version 246 or newer does.');
  }
  return rows.flatMap((row: unknown) => {
    const name = fieldOf(row, 'unit');
    if (name === '') return [];
    return [
      {
        name,
        description: plain(fieldOf(row, 'description'), 300),
        load: fieldOf(row, 'load'),
        active: fieldOf(row, 'active'),
        sub: fieldOf(row, 'sub'),
      },
    ];
  });
}

/** Reads the `Name=value` lines of `systemctl show`. */
export function parseShow(text: string): Map<string, string> {
  const facts = new Map<string, string>();
  for (const line of text.split('\n')) {
    const at = line.indexOf('=');
    if (at > 0) facts.set(line.slice(0, at), line.slice(at + 1));
  }
  return facts;
}

/** A unit's facts in our words; what systemd does not know (`[not set]`, 2^64-1) is null. */
export function statusOf(unit: string, facts: ReadonlyMap<string, string>): Omit<UnitStatus, 'canChange'> {
  const of = (name: string) => facts.get(name) ?? '';
  const number = (name: string) => {
    const text = of(name);
    return /^\d{1,15}$/.test(text) ? Number(text) : null;
  };
  return {
    name: of('Id') || unit,
    description: plain(of('Description'), 300),
    load: of('LoadState'),
    active: of('ActiveState'),
    sub: of('SubState'),
    unitFile: of('UnitFileState'),
    result: of('Result'),
    mainPid: number('MainPID') || null,
    exitStatus: number('ExecMainStatus'),
    restarts: number('NRestarts'),
    invocation: of('InvocationID'),
    changedAtMicros: number('StateChangeTimestampMonotonic'),
    memoryBytes: number('MemoryCurrent'),
    tasks: number('TasksCurrent'),
  };
}

/** Reads `journalctl --output=json`: an object a line; messages that are not UTF-8 come as bytes. What was cut off is left out. */
export function parseJournal(text: string): JournalEntry[] {
  return text.split('\n').flatMap((line) => {
    const entry = line === '' ? null : read(line);
    const micros = Number(fieldOf(entry, '__REALTIME_TIMESTAMP'));
    if (!Number.isFinite(micros) || micros <= 0) return [];
    const priority = Number(fieldOf(entry, 'PRIORITY') || '6');
    const pid = Number(fieldOf(entry, '_PID'));
    return [
      {
        at: new Date(micros / 1000).toISOString(),
        priority: Number.isInteger(priority) && priority >= 0 && priority <= 7 ? priority : 6,
        source: plain(fieldOf(entry, 'SYSLOG_IDENTIFIER'), 100),
        pid: Number.isInteger(pid) && pid > 0 ? pid : null,
        message: plain(messageOf(entry), 4000),
      },
    ];
  });
}

function messageOf(entry: unknown): string {
  const value = typeof entry === 'object' && entry !== null && 'MESSAGE' in entry ? entry.MESSAGE : '';
  if (typeof value === 'string') return value;
  const isBytes =
    Array.isArray(value) && value.every((byte) => Number.isInteger(byte) && byte >= 0 && byte < 256);
  return isBytes ? Buffer.from(value).toString('utf8') : '';
}

function fieldOf(row: unknown, name: string): string {
  if (typeof row !== 'object' || row === null) return '';
  const value: unknown = Reflect.get(row, name);
  return typeof value === 'string' ? value : '';
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Colours and cursor movements of programs must not reach a terminal; tabs and line breaks of a message stay. */
function plain(text: string, most: number): string {
  return text
    .replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '')
    .replace(/[^\P{Cc}\t\n]/gu, '\uFFFD')
    .slice(0, most)
    .toWellFormed();
}
