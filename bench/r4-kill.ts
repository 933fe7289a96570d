import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate, openDatabase, startEmbeddedPostgres } from '@nebula/db';
import { eventMigrations } from '@nebula/events';
import { jobsMigrations, migrateJobs } from '@nebula/jobs';
import { journalMigrations } from '@nebula/journal';
import { createLog } from '@nebula/log';
import { startEngine } from '@nebula/testbed';
import { clusterPlace } from '../packages/db/test-cluster.ts';
import { type Drill, openDrill } from '../packages/journal/sample-drill.ts';
import { startLossyService } from '../packages/journal/sample-http.ts';
import type { BenchOptions, Figure } from './bench.ts';

/**
 * R4: kills the worker of sample runs (a file, a container on a real engine, a call whose answer is lost; one half ends well,
 * the other is undone) at every step boundary and at random instants, a third of those again while the next worker recovers.
 */
export async function run({ quick, signal }: BenchOptions): Promise<Figure[]> {
  const log = createLog({ service: 'bench', level: 'silent' });
  const dir = await mkdtemp(join(tmpdir(), 'nebula-r4-'));
  try {
    await using place = await clusterPlace();
    await using postgres = await startEmbeddedPostgres({ ...place, log });
    const connection = postgres.connection('postgres');
    await using database = openDatabase(connection, { log });
    await migrate(database.pool, [eventMigrations, jobsMigrations, journalMigrations]);
    await migrateJobs(database);
    await using engine = await startEngine();
    await using service = await startLossyService();
    const outside = { dir, engineSocket: engine.socket, image: engine.busyboxImage, httpPort: service.port };
    await using drill = openDrill({ connection, outside, service });
    const boundaries = await killAtBoundaries(drill, signal);
    await killAtRandom(drill, quick ? 40 : 300, signal);
    return figures(drill, boundaries);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function killAtBoundaries(drill: Drill, signal: AbortSignal): Promise<number> {
  let boundaries = 0;
  for (const ending of ['good', 'bad'] as const) {
    const { points } = await drill.survey(ending);
    for (const point of new Set(points)) {
      signal.throwIfAborted();
      await drill.killAt(point, ending);
      boundaries += 1;
    }
  }
  return boundaries;
}

/**
 * Kills until as many have hit a run that was under way. Instants are spread evenly over a span that follows how long runs
 * take just now: two of three kills hit.
 */
async function killAtRandom(drill: Drill, wanted: number, signal: AbortSignal): Promise<void> {
  let { ms: span } = await drill.survey('bad');
  const start = drill.findings.kills;
  for (let n = 0; drill.findings.kills - start < wanted; n += 1) {
    signal.throwIfAborted();
    const before = drill.findings.kills;
    await drill.killAfter(Math.random() * span, n % 3 === 0 ? Math.random() * span : null);
    span *= drill.findings.kills > before ? 1.05 : 0.9;
  }
}

function figures({ findings }: Drill, boundaries: number): Figure[] {
  const { runs, kills, missing } = findings;
  const scope = `${runs} runs, killed at each of ${boundaries} boundaries and at ${kills - boundaries} random instants`;
  const kinds = [
    ['stuck', [...findings.stuck, ...missing]],
    ['duplicated effects', findings.duplicates],
    ['orphans', findings.orphans],
  ] as const;
  return kinds.map(([what, list]) => ({
    id: 'R4',
    what: `kill -9 of durable runs: ${what}`,
    figure: list.length,
    unit: 'count',
    target: '0',
    met: list.length === 0,
    detail: list.length === 0 ? scope : `${scope}; ${list.slice(0, 5).join('; ')}`,
  }));
}
