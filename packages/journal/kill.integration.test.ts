import { temporaryDirectory, type TestDatabase, testDatabase } from '@nebula/db/testing';
import { eventMigrations } from '@nebula/events';
import { jobsMigrations, migrateJobs } from '@nebula/jobs';
import { sharedEngine } from '@nebula/testbed';
import { expect, inject, test } from 'vitest';
import { journalMigrations } from './index.ts';
import { openDrill } from './sample-drill.ts';
import { startLossyService } from './sample-http.ts';

const clean = { stuck: [], duplicates: [], orphans: [], missing: [] };

async function drillDatabase(): Promise<TestDatabase> {
  const database = await testDatabase(inject('postgres'), [
    eventMigrations,
    jobsMigrations,
    journalMigrations,
  ]);
  await migrateJobs(database);
  return database;
}

test('killed between effect and result of a file, a container and a call, a run leaves nothing stuck, doubled or orphaned', async () => {
  await using dir = await temporaryDirectory();
  await using service = await startLossyService();
  await using database = await drillDatabase();
  const { socket, busyboxImage: image } = await sharedEngine();
  const outside = { dir: dir.path, engineSocket: socket, image, httpPort: service.port };
  await using drill = openDrill({ connection: database.connection, outside, service });
  const good = await drill.survey('good');
  const bad = await drill.survey('bad');

  for (const step of ['write-file', 'start-container', 'call-service']) {
    expect(good.points).toContain(`after-effect/${step}`);
    await drill.killAt(`after-effect/${step}`, 'good');
    expect(bad.points).toContain(`after-undo-effect/${step}`);
    await drill.killAt(`after-undo-effect/${step}`, 'bad');
  }

  expect(drill.findings).toMatchObject(clean);
}, 120_000);

test('killed at random instants, and again while recovering, a run leaves nothing stuck, doubled or orphaned', async () => {
  await using dir = await temporaryDirectory();
  await using service = await startLossyService();
  await using database = await drillDatabase();
  const { socket, busyboxImage: image } = await sharedEngine();
  const outside = { dir: dir.path, engineSocket: socket, image, httpPort: service.port };
  await using drill = openDrill({ connection: database.connection, outside, service });
  const { ms } = await drill.survey('bad');

  for (let n = 0; n < 5; n += 1)
    await drill.killAfter(Math.random() * ms, n % 3 === 0 ? Math.random() * 500 : null);

  expect(drill.findings).toMatchObject({ ...clean, runs: 11 });
}, 120_000);
