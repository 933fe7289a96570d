import { TestClock } from '@nebula/clock/testing';
import { systemClock } from '@nebula/clock';
import { migrate, openDatabase, startEmbeddedPostgres } from '@nebula/db';
import { eventMigrations } from '@nebula/events';
import { createJobs, migrateJobs, jobsMigrations } from '@nebula/jobs';
import { expect, test } from 'vitest';
import { clusterPlace } from '../db/test-cluster.ts';
import { createJournal, defineRun, journalMigrations, type Step } from './index.ts';
import { quiet, runAhead, starter, until } from './test-world.ts';

/** A journal on a cluster of its own, which a test may take away. */
async function openWorld(steps: Step[], clock = systemClock) {
  const stack = new AsyncDisposableStack();
  const place = stack.use(await clusterPlace());
  const postgres = stack.use(await startEmbeddedPostgres({ ...place, log: quiet }));
  const database = stack.use(openDatabase(postgres.connection('postgres'), { log: quiet }));
  await migrate(database.pool, [eventMigrations, jobsMigrations, journalMigrations]);
  await migrateJobs(database);
  const jobs = createJobs({ database, log: quiet, clock });
  const definition = defineRun<null>({
    kind: 'test.run',
    title: 'Test run',
    parse: () => null,
    target: () => ({ type: 'thing', id: 'one' }),
    steps: () => steps,
    onConflict: 'refuse',
    cancellable: true,
  });
  const journal = createJournal({ database, jobs, clock, log: quiet, definitions: [definition] });
  const id = await database.transaction((sql) => journal.start(sql, definition.kind, null, starter));
  return { stack, place, postgres, database, journal, id };
}

test('a database that is killed between an effect and its result costs neither the effect nor the run', async () => {
  const reached = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  let sent = 0;
  const send: Step = {
    name: 'send',
    title: 'Send',
    effect: 'blind',
    timeout: '1m',
    run: async () => {
      sent += 1;
      reached.resolve();
      await gate.promise;
      return 'sent';
    },
  };
  const { stack, postgres, database, journal, id } = await openWorld([send, { ...send, name: 'send-again' }]);
  await using _ = stack;
  const driving = journal.drive(id);
  await reached.promise;

  process.kill(postgres.pid(), 'SIGKILL');
  await new Promise((resolve) => setTimeout(resolve, 100));
  gate.resolve();
  await driving;

  const run = await journal.get(database.sql, id);
  expect(run).toMatchObject({ state: 'succeeded', results: { send: 'sent', 'send-again': 'sent' } });
  expect(sent).toBe(2);
}, 60_000);

test('a step whose worker cannot show that it lives is interrupted, and made again when the database is back', async () => {
  const clock = new TestClock();
  const reasons: unknown[] = [];
  let attempts = 0;
  const copy: Step = {
    name: 'copy',
    title: 'Copy',
    effect: 'idempotent',
    timeout: '1h',
    run: ({ signal }) => {
      attempts += 1;
      if (attempts > 1) return Promise.resolve('copied');
      return new Promise((_, reject) =>
        signal.addEventListener('abort', () => {
          reasons.push(signal.reason);
          reject(signal.reason);
        }),
      );
    },
  };
  const { stack, place, postgres, database, journal, id } = await openWorld([copy], clock);
  await using _ = stack;
  const driving = journal.drive(id);
  await until(() => attempts === 1);

  await postgres.stop();
  await runAhead(clock, async () => reasons.length > 0);
  expect(String(reasons[0])).toContain('away');
  await using _again = await startEmbeddedPostgres({ ...place, log: quiet });
  await runAhead(clock, async () => (await journal.get(database.sql, id))?.state === 'succeeded');
  await driving;

  expect(await journal.get(database.sql, id)).toMatchObject({
    results: { copy: 'copied' },
    steps: [{ attempt: 2 }],
  });
}, 60_000);
