import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { systemClock } from '@nebula/clock';
import { type Connection, type Database, openDatabase } from '@nebula/db';
import { start as startProgram } from '@nebula/exec';
import { createJobs } from '@nebula/jobs';
import { createLog } from '@nebula/log';
import { createJournal, type Journal } from './journal.ts';
import { sampleEngine } from './sample-engine.ts';
import type { LossyService } from './sample-http.ts';
import { type SampleInput, type SampleOutside, sampleFiles, sampleKind, sampleRun } from './sample-run.ts';
import type { WorkerSettings } from './sample-worker.ts';
import type { RunDetails } from './summary.ts';

/** What a drill found; all lists are empty when every run ended as it should. */
export interface DrillFindings {
  runs: number;
  /** Kills that hit at least one run that was under way. */
  kills: number;
  /** Runs that did not end by themselves. */
  stuck: string[];
  /** Effects or undos that happened more than once. */
  duplicates: string[];
  /** Effects that were left behind by a run that says all is undone. */
  orphans: string[];
  /** Effects that a run claims and that are not there. */
  missing: string[];
}

/** A drill: sample runs, workers that are killed in the middle, and a look at what is left. */
export interface Drill extends AsyncDisposable {
  readonly findings: DrillFindings;
  /** Boundaries that a run with this ending passes, in order, found out by an undisturbed run; and how long that took. */
  survey(ending: SampleInput['ending']): Promise<{ points: string[]; ms: number }>;
  /** Kills the worker of a run at a boundary; the next worker ends the run. */
  killAt(point: string, ending: SampleInput['ending']): Promise<void>;
  /** Kills the worker of two runs after `ms`, and the next one after `againMs` unless that is null. */
  killAfter(ms: number, againMs: number | null): Promise<void>;
}

/** Milliseconds after which a run counts as stuck. */
const stuckMs = 60_000;

/** Opens a drill on a database that has the tables of events, jobs and journal. */
export function openDrill(options: {
  connection: Connection;
  outside: SampleOutside;
  service: LossyService;
}): Drill {
  const { connection, outside, service } = options;
  const log = createLog({ service: 'drill', level: 'silent' });
  const database = openDatabase(connection, { log, max: 4 });
  const jobs = createJobs({ database, log, clock: systemClock });
  const journal = createJournal({
    database,
    jobs,
    log,
    clock: systemClock,
    definitions: [sampleRun(outside)],
  });
  const findings: DrillFindings = { runs: 0, kills: 0, stuck: [], duplicates: [], orphans: [], missing: [] };
  let worker: Worker | null = null;
  let standby = startWorker({ connection, outside });
  standby.catch((error: unknown) => log.error({ error }, 'the worker that stands by did not start'));

  /** The next worker is up already, so that it looks at what was left as soon as can be. */
  async function freshWorker(): Promise<Worker> {
    if (worker === null || worker.hasEnded()) {
      worker = await standby;
      worker.go();
      standby = startWorker({ connection, outside });
    }
    return worker;
  }

  async function finish(started: Started[]): Promise<void> {
    await freshWorker();
    for (const run of started) await judge(run, await atRest(database, journal, run.id));
  }

  async function judge({ id, input }: Started, run: RunDetails): Promise<void> {
    const key = (step: string) => `${id}.${step}`;
    const { file, partial } = sampleFiles(outside.dir, input.name);
    const engine = sampleEngine(outside.engineSocket);
    const containers = await engine.find(key('start-container'));
    const effect = service.effects.get(key('call-service')) ?? { made: 0, undone: 0 };
    const there = {
      file: existsSync(file),
      container: containers.length > 0,
      call: effect.made > effect.undone,
    };
    const say = (list: string[], what: string) =>
      list.push(`${what} of ${id} (${input.ending}, ${run.state})`);
    const isGood = run.state === 'succeeded';
    findings.runs += 1;
    if (!isGood && !(run.state === 'failed' && run.isUndone === true))
      say(findings.stuck, JSON.stringify(run.lookHere ?? run.state));
    if (isGood !== (input.ending === 'good')) say(findings.missing, 'the right end');
    if (containers.length > 1) say(findings.duplicates, 'container');
    if (effect.made > 1) say(findings.duplicates, 'call');
    if (effect.undone > 1) say(findings.duplicates, 'undo of the call');
    if (existsSync(partial)) say(findings.orphans, 'partial file');
    for (const [what, isThere] of Object.entries(there)) {
      if (isThere && !isGood) say(findings.orphans, what);
      if (!isThere && isGood) say(findings.missing, what);
    }
    for (const container of containers) await engine.remove(container.id);
  }

  const begin = (ending: SampleInput['ending']) => beginRun(database, journal, ending);

  return {
    findings,
    async survey(ending) {
      const { points } = await freshWorker();
      points.length = 0;
      const run = await begin(ending);
      const began = performance.now();
      await finish([run]);
      const ms = performance.now() - began;
      // The last boundary is passed a moment after the run is seen to have ended.
      while (!points.includes('after-finish')) await pause(5);
      return { points: [...points], ms };
    },
    async killAt(point, ending) {
      const victim = await freshWorker();
      await victim.arm(point);
      const run = await begin(ending);
      await victim.ended;
      findings.kills += 1;
      await finish([run]);
    },
    async killAfter(ms, againMs) {
      const victim = await freshWorker();
      const started = [await begin('good'), await begin('bad')];
      await pause(ms);
      await victim.kill();
      findings.kills += (await areUnderWay(database, journal, started)) ? 1 : 0;
      if (againMs !== null) {
        const next = await freshWorker();
        await pause(againMs);
        await next.kill();
        findings.kills += (await areUnderWay(database, journal, started)) ? 1 : 0;
      }
      await finish(started);
    },
    async [Symbol.asyncDispose]() {
      await worker?.kill();
      await (await standby).kill();
      await database[Symbol.asyncDispose]();
    },
  };
}

interface Started {
  id: string;
  input: SampleInput;
}

let lastName = 0;

async function beginRun(
  database: Database,
  journal: Journal,
  ending: SampleInput['ending'],
): Promise<Started> {
  lastName += 1;
  const input: SampleInput = { name: `run-${lastName}`, ending };
  const starter = { actor: { kind: 'system', id: 'drill', name: 'drill' }, requestId: 'drill' };
  const id = await database.transaction((sql) => journal.start(sql, sampleKind, input, starter));
  return { id, input };
}

async function find(database: Database, journal: Journal, id: string): Promise<RunDetails> {
  const run = await journal.get(database.sql, id);
  if (run === null) throw new Error(`Run ${id} is gone`);
  return run;
}

async function atRest(database: Database, journal: Journal, id: string): Promise<RunDetails> {
  const until = performance.now() + stuckMs;
  for (;;) {
    const run = await find(database, journal, id);
    if (run.finishedAt !== null || run.state === 'unknown' || performance.now() > until) return run;
    await pause(10);
  }
}

async function areUnderWay(database: Database, journal: Journal, started: Started[]): Promise<boolean> {
  const runs = await Promise.all(started.map(({ id }) => find(database, journal, id)));
  return runs.some(({ state }) => state === 'running' || state === 'undoing');
}

interface Worker {
  /** Boundaries passed so far. */
  points: string[];
  ended: Promise<void>;
  hasEnded(): boolean;
  /** Makes it begin to drive runs. */
  go(): void;
  /** Makes it kill itself at a boundary; answers once it knows. */
  arm(point: string): Promise<void>;
  kill(): Promise<void>;
}

async function startWorker(settings: WorkerSettings): Promise<Worker> {
  const child = startProgram({
    program: process.execPath,
    args: [
      '--disable-warning=ExperimentalWarning',
      join(import.meta.dirname, 'sample-worker.ts'),
      JSON.stringify(settings),
    ],
  });
  const errors: string[] = [];
  child.stderr?.on('data', (chunk: Buffer) => errors.push(chunk.toString('utf8')));
  const points: string[] = [];
  const heard = Promise.withResolvers<void>();
  const armed = Promise.withResolvers<void>();
  const ended = endOf(child);
  if (child.stdout === null) throw new Error('The worker has no output');
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line === 'ready') heard.resolve();
    else if (line.startsWith('armed ')) armed.resolve();
    else points.push(line);
  });
  void ended.then(() => heard.reject(new Error(`The worker ended before it was ready: ${errors.join('')}`)));
  await heard.promise;
  return {
    points,
    ended,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    go: () => void child.stdin?.write('go\n'),
    async arm(point) {
      child.stdin?.write(`${point}\n`);
      await armed.promise;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function endOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

function pause(ms: number): Promise<void> {
  return systemClock.sleep(ms);
}
