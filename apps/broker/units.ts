import { existsSync, readFileSync } from 'node:fs';
import type { HostVerbs, UnitEntry } from './host-verbs.ts';
import { Refusal } from './refusal.ts';
import {
  journalArguments,
  listArguments,
  parseJournal,
  parseShow,
  parseUnitList,
  showArguments,
  statusOf,
} from './systemctl.ts';

/** What is done to a unit. */
export type UnitVerb = 'start' | 'stop' | 'restart';

/** The units of systemd, seen and, where they are named, changed. */
export interface Units {
  list(): Promise<HostVerbs['units-list']['output']>;
  status(unit: string): Promise<HostVerbs['unit-status']['output']>;
  journal(unit: string, lines: number): Promise<HostVerbs['unit-journal']['output']>;
  /** Hands the change to systemd and does not wait for it. Throws a 403 {@link Refusal} for units that are not named, or ours. */
  change(verb: UnitVerb, unit: string): Promise<{ accepted: true }>;
}

/** Where systemd's programs are, and which units may be changed; a test gives its own. */
export interface UnitsOptions {
  /** Names with `*`, such as `docker-*.service`. */
  patterns: readonly string[];
  systemctl?: string;
  journalctl?: string;
  /** Directory that is there when systemd runs the machine (sd_booted(3)). */
  bootedDir?: string;
  /** Names no pattern opens. */
  ownUnits?: readonly string[];
}

const timeoutMs = 20_000;
const environment = { SYSTEMD_COLORS: '0', SYSTEMD_PAGER: '', SYSTEMD_URLIFY: '0' };

/** A unit's name as systemd.unit(5) writes it, without the `-` that would make it an option and without wildcards. */
export const unitName =
  /^[A-Za-z0-9:_.\\@][A-Za-z0-9:_.\\@-]{0,240}\.(?:service|socket|timer|path|target|mount|automount|swap|slice|scope|device)$/;

/** What can be started and stopped without changing what the machine itself does (as a target or a mount would). */
const changeable = /\.(?:service|socket|timer|path)$/;

/** Opens the units of this machine; programs start when they are first asked for. */
export function createUnits(options: UnitsOptions): Units {
  const {
    patterns,
    systemctl = '/usr/bin/systemctl',
    journalctl = '/usr/bin/journalctl',
    bootedDir = '/run/systemd/system',
    ownUnits = ownUnitNames(),
  } = options;
  const isNamed = matcherOf(patterns);
  const isOwn = (name: string) => ownUnits.includes(name);
  const canChange = (name: string) => changeable.test(name) && isNamed(name) && !isOwn(name);

  function absence(): string | null {
    if (!existsSync(bootedDir)) return 'This machine does not run systemd.';
    return existsSync(systemctl) ? null : 'systemd runs here, but its program systemctl is not installed.';
  }

  function refuseWithoutSystemd(): void {
    const reason = absence();
    if (reason !== null) throw new Refusal(409, reason);
  }

  async function output(program: string, args: string[]): Promise<{ text: string; isCut: boolean }> {
    // The code that starts programs is loaded with the first program.
    const { run } = await import('@nebula/exec');
    const { code, stdout, stderr, truncated } = await run({ program, args, env: environment }, { timeoutMs });
    if (code !== 0) throw new Refusal(409, `systemd refuses: ${firstLine(stderr) || `exit code ${code}`}`);
    return { text: stdout, isCut: truncated };
  }

  async function show(unit: string): Promise<Map<string, string>> {
    return parseShow((await output(systemctl, showArguments(unit))).text);
  }

  return {
    async list() {
      const reason = absence();
      if (reason !== null) return { systemd: false, reason };
      const units: UnitEntry[] = parseUnitList((await output(systemctl, listArguments)).text)
        .filter(({ name }) => unitName.test(name))
        .map((unit) => ({ ...unit, canChange: canChange(unit.name) }));
      return { systemd: true, units };
    },
    async status(unit) {
      refuseWithoutSystemd();
      const status = statusOf(unit, await show(unit));
      return { ...status, canChange: canChange(status.name) };
    },
    async journal(unit, lines) {
      refuseWithoutSystemd();
      if (!existsSync(journalctl)) throw new Refusal(409, 'The program journalctl is not installed.');
      const { text, isCut } = await output(journalctl, journalArguments(unit, lines));
      return { unit, entries: parseJournal(text), isCut };
    },
    async change(verb, unit) {
      refuseWithoutSystemd();
      const facts = await show(unit);
      // Another name of a unit must not open what its own name does not.
      const names = [unit, facts.get('Id') ?? '', ...(facts.get('Names') ?? '').split(' ')].filter(Boolean);
      if (names.some(isOwn)) throw new Refusal(403, `${unit} runs NebulaCommand itself.`);
      if (!canChange(facts.get('Id') ?? unit)) {
        throw new Refusal(403, `${unit} may not be changed from here: NEBULA_UNITS does not name it.`);
      }
      await output(systemctl, [verb, '--no-block', '--no-ask-password', '--quiet', '--', unit]);
      return { accepted: true };
    },
  };
}

/** Reads `--units`: names with `*`, separated by commas or spaces. Throws an Error that names what is not one. */
export function parseUnitPatterns(text: string): string[] {
  const patterns = text.split(/[\s,]+/).filter((part) => part !== '');
  for (const pattern of patterns) {
    if (!/^[A-Za-z0-9:_.\\@*][A-Za-z0-9:_.\\@*-]*$/.test(pattern) || !changeable.test(pattern)) {
      throw new Error(
        `--units: ${JSON.stringify(pattern)} is not the name of a service, socket, timer or path unit.`,
      );
    }
  }
  return patterns;
}

function matcherOf(patterns: readonly string[]): (name: string) => boolean {
  const expressions = patterns.map(
    (pattern) => new RegExp(`^${pattern.split('*').map(literal).join('.*')}$`),
  );
  return (name) => expressions.some((expression) => expression.test(name));
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** The units that NebulaCommand ships, and the one this process runs in, whatever it is called. */
function ownUnitNames(): string[] {
  let group = '';
  try {
    group = readFileSync('/proc/self/cgroup', 'utf8');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  const running = group.match(/[^/\n]+\.service(?=\/|$)/gm) ?? [];
  return ['nebula.service', 'nebula-broker.service', ...running];
}

function firstLine(text: string): string {
  return (text.trim().split('\n')[0] ?? '').slice(0, 300);
}
