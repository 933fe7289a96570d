import type { ContainerStats, ReadStats } from './container-stats.ts';
import type { JsonObject } from './json.ts';
import { type DdclientFile, readDdclient } from './ddclient-file.ts';
import { portOwner } from './port-owner.ts';
import { Refusal } from './refusal.ts';
import { largestProxyInput, type ProxyAdmin, type ProxyVerbs } from './proxy-verbs.ts';
import { type Units, unitName, type UnitVerb } from './units.ts';

/** What each verb takes and gives; the client is typed by it. */
export interface HostVerbs extends ProxyVerbs {
  'port-owner': {
    input: { port: number; protocol: 'tcp' | 'udp' };
    output: { port: number; owners: PortOwner[]; partial?: true };
  };
  /** Containers that do not run, or could not be read, are missing. */
  'container-stats': { input: { ids: string[] }; output: { stats: Record<string, ContainerStats> } };
  'units-list': {
    input: Record<never, never>;
    output: { systemd: false; reason: string } | { systemd: true; units: UnitEntry[] };
  };
  'unit-status': { input: { unit: string }; output: UnitStatus };
  'unit-journal': {
    input: { unit: string; lines: number };
    output: { unit: string; entries: JournalEntry[]; isCut: boolean };
  };
  'unit-start': UnitChange;
  'unit-stop': UnitChange;
  'unit-restart': UnitChange;
  'ddclient-read': { input: Record<never, never>; output: DdclientFile };
}

interface UnitChange {
  input: { unit: string };
  output: { accepted: true };
}

/** A unit of systemd as a list shows it; `load`, `active` and `sub` are systemd's own words. */
export interface UnitEntry {
  name: string;
  description: string;
  load: string;
  active: string;
  sub: string;
  /** Whether NEBULA_UNITS lets it be started and stopped. */
  canChange: boolean;
}

/** One unit; what systemd does not know is null. */
export interface UnitStatus extends UnitEntry {
  unitFile: string;
  result: string;
  mainPid: number | null;
  exitStatus: number | null;
  restarts: number | null;
  /** Different for each time that the unit was started. */
  invocation: string;
  /** Microseconds from the machine's start to the unit's last change. */
  changedAtMicros: number | null;
  memoryBytes: number | null;
  tasks: number | null;
}

/** A line of the journal. */
export interface JournalEntry {
  at: string;
  /** 0 (emergency) to 7 (debug), as syslog(3) counts. */
  priority: number;
  source: string;
  pid: number | null;
  message: string;
}

/** A process that listens on a port. */
export interface PortOwner {
  pid: number;
  command: string;
  /** User id the socket belongs to. */
  user: number;
  address: string;
}

/** A verb by its name. */
export interface HostVerb {
  name: string;
  /** Bytes its input may have; 64 KiB where it does not say. */
  largestInput?: number;
  /** Judges the input field by field and runs; throws a 400 {@link Refusal} that names the field. */
  call(input: JsonObject): Promise<unknown>;
}

/** The verbs the broker has. Each has an input grammar; what the grammar does not name is refused. */
export function createHostVerbs(
  units: Units,
  proxy: ProxyAdmin,
  readStats: ReadStats,
  ddclientFiles?: readonly string[],
): readonly HostVerb[] {
  const ddclient = verb('ddclient-read', {}, () => readDdclient(ddclientFiles));
  return [portOwnerVerb, statsVerb(readStats), ...unitVerbs(units), ...proxyVerbs(proxy), ddclient];
}

const mostContainers = 500;

function statsVerb(readStats: ReadStats): HostVerb {
  const ids = (value: unknown) => (isIds(value) ? value : bad(`at most ${mostContainers} ids of containers`));
  return verb('container-stats', { ids }, async (input) => ({ stats: await readStats(input.ids) }));
}

function isIds(value: unknown): value is string[] {
  return (
    Array.isArray(value) &&
    value.length <= mostContainers &&
    value.every((id) => typeof id === 'string' && /^[0-9a-f]{64}$/.test(id))
  );
}

const portOwnerVerb = verb(
  'port-owner',
  {
    port: (value) =>
      typeof value === 'number' && value >= 1 && value <= 65_535 ? value : bad('a port, 1 to 65535'),
    protocol: (value) => (value === 'tcp' || value === 'udp' ? value : bad('tcp or udp')),
  },
  (input) => portOwner(input.port, input.protocol),
);

const largestJournal = 500;

function unitVerbs(units: Units): HostVerb[] {
  const unit = (value: unknown) =>
    typeof value === 'string' && unitName.test(value)
      ? value
      : bad('the name of a unit, such as ssh.service');
  const lines = (value: unknown) =>
    typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= largestJournal
      ? value
      : bad(`a number of lines, 1 to ${largestJournal}`);
  const change = (done: UnitVerb) =>
    verb(`unit-${done}`, { unit }, (input) => units.change(done, input.unit));
  return [
    verb('units-list', {}, () => units.list()),
    verb('unit-status', { unit }, (input) => units.status(input.unit)),
    verb('unit-journal', { unit, lines }, (input) => units.journal(input.unit, input.lines)),
    change('start'),
    change('stop'),
    change('restart'),
  ];
}

function proxyVerbs(proxy: ProxyAdmin): HostVerb[] {
  const words = (value: unknown) =>
    typeof value === 'string' && value.length <= largestProxyInput ? value : bad('a text');
  const etag = (value: unknown) =>
    typeof value === 'string' && /^"[^"\r\n]{1,200}"$/.test(value) ? value : bad('a version that was read');
  return [
    verb('proxy-read', {}, () => proxy.read()),
    {
      ...verb('proxy-write', { config: words, etag }, (input) => proxy.write(input.config, input.etag)),
      largestInput: 2 * largestProxyInput,
    },
    {
      ...verb('proxy-adapt', { caddyfile: words }, (input) => proxy.adapt(input.caddyfile)),
      largestInput: 2 * largestProxyInput,
    },
    verb('proxy-upstreams', {}, () => proxy.upstreams()),
  ];
}

type Grammar<Input> = { [Field in keyof Input]: (value: unknown) => Input[Field] };

function verb<Name extends keyof HostVerbs>(
  name: Name,
  grammar: Grammar<HostVerbs[Name]['input']>,
  run: (input: HostVerbs[Name]['input']) => Promise<HostVerbs[Name]['output']>,
): HostVerb {
  return { name, call: (input) => run(parseInput(grammar, input)) };
}

function parseInput<Input extends object>(grammar: Grammar<Input>, input: JsonObject): Input {
  for (const key of Object.keys(input)) {
    if (!Object.hasOwn(grammar, key))
      throw new Refusal(400, `${key} is not an input of this verb.`, { field: key });
  }
  const parsed: Partial<Input> = {};
  for (const key in grammar) {
    try {
      parsed[key] = grammar[key](input[key]);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      throw new Refusal(400, `${key} must be ${error.message}.`, { field: key });
    }
  }
  return isComplete(grammar, parsed) ? parsed : bad('complete');
}

function isComplete<Input extends object>(grammar: Grammar<Input>, parsed: Partial<Input>): parsed is Input {
  return Object.keys(grammar).every((key) => Object.hasOwn(parsed, key));
}

function bad(what: string): never {
  throw new Refusal(400, what);
}
