import { createInterface } from 'node:readline';
import { systemClock } from '@nebula/clock';
import { type Connection, openDatabase } from '@nebula/db';
import { createJobs } from '@nebula/jobs';
import { createLog } from '@nebula/log';
import { createJournal } from './journal.ts';
import { type SampleOutside, sampleRun } from './sample-run.ts';

/** Argument of this program, as JSON. */
export interface WorkerSettings {
  connection: Connection;
  outside: SampleOutside;
}

/**
 * A worker process that is made to be killed. It waits for the line `go` on stdin, so that it can stand by; then it drives
 * sample runs, writes the name of each boundary it passes to stdout, and kills itself (SIGKILL) at the boundary that
 * another line names.
 */
async function main(settings: WorkerSettings): Promise<void> {
  const log = createLog({
    service: 'sample-worker',
    level: 'error',
    write: (line) => process.stderr.write(line),
  });
  const database = openDatabase(settings.connection, { log, max: 4 });
  const jobs = createJobs({ database, log, clock: systemClock });
  let fatal: string | null = null;
  const journal = createJournal({
    ...{ database, jobs, log, clock: systemClock, definitions: [sampleRun(settings.outside)] },
    crash(point) {
      if (point === fatal) die();
      process.stdout.write(`${point}\n`);
    },
  });
  const stop = new AbortController();
  process.on('SIGTERM', () => stop.abort());
  const told = Promise.withResolvers<void>();
  createInterface({ input: process.stdin }).on('line', (line) => {
    if (line === 'go') return told.resolve();
    fatal = line;
    process.stdout.write(`armed ${line}\n`);
  });
  process.stdout.write('ready\n');
  await told.promise;
  await jobs.start([journal.job], []);
  await journal.recover(stop.signal);
  await journal.stop();
  await jobs.stop();
  await database[Symbol.asyncDispose]();
  process.stdin.destroy();
}

function die(): never {
  process.kill(process.pid, 'SIGKILL');
  // The signal is on its way; nothing may happen until it is here.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

await main(JSON.parse(process.argv[2] ?? ''));
