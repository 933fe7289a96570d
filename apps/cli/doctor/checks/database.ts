import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Check, problem, ok, systemCode, unknown } from '../check.ts';

const oldest = 15;

/** Whether the database answers, which one it is, and its version. */
export const database: Check = {
  id: 'database',
  area: 'NebulaCommand',
  title: 'Database',
  meaning: 'Accounts, runs, audit and settings are kept there.',
  async look({ config, installation }) {
    if (config.databaseUrl !== null) {
      const url = config.databaseUrl.reveal();
      return await ask({ url }, 'The database of DATABASE_URL');
    }
    if (installation === undefined) return unknown('There is no data directory.');
    const dataDir = join(installation.dataDir, 'postgres');
    const isReadable = existsSync(join(dataDir, 'PG_VERSION'));
    if (!isReadable) {
      if (process.geteuid?.() !== 0 && process.geteuid?.() !== installation.owner.uid) {
        return unknown(`Only user ${installation.owner.uid} and root may look into ${installation.dataDir}.`);
      }
      return problem('There is no database yet.', 'Start NebulaCommand once (`npm start`).');
    }
    const { runningEmbeddedPostgres } = await import('@nebula/db');
    const running = await runningEmbeddedPostgres(dataDir);
    if (running === null) {
      return problem('The embedded database does not run.', 'It runs while NebulaCommand does: `npm start`.');
    }
    return await ask(running.connection('postgres'), `The embedded database (pid ${running.pid})`);
  },
};

async function ask(connection: Parameters<typeof import('@nebula/db').openDatabase>[0], which: string) {
  const [{ openDatabase }, { serverVersion }, { createLog }] = await Promise.all([
    import('@nebula/db'),
    import('../../local/store.ts'),
    import('@nebula/log'),
  ]);
  const log = createLog({ service: 'cli', level: 'silent' });
  await using opened = openDatabase(connection, { log, max: 1 });
  try {
    const version = await serverVersion(opened.pool);
    if (Number.parseInt(version, 10) >= oldest) return ok(`${which} answers: PostgreSQL ${version}.`);
    return problem(`${which} is PostgreSQL ${version}.`, `NebulaCommand needs ${oldest} or newer.`);
  } catch (error) {
    const reason = systemCode(error) || (error instanceof Error ? error.message : String(error));
    return problem(`${which} does not answer (${reason}).`, 'Its log, or that of NebulaCommand, says why.');
  }
}
