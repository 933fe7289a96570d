export {
  type EmbeddedOptions,
  type EmbeddedPostgres,
  embeddedPassword,
  type RunningPostgres,
  runningEmbeddedPostgres,
  startEmbeddedPostgres,
  WrongMajorError,
} from './embedded.ts';
export { newId } from './ids.ts';
export { ChangedMigrationError, inDependencyOrder, type MigrationSet, migrate } from './migrate.ts';
export {
  clientConfig,
  type Connection,
  type Database,
  databaseProblem,
  type ListenHandlers,
  openDatabase,
  type Sql,
} from './pool.ts';
export { embeddedPostgres, type PostgresBinaries } from './postgres-binaries.ts';
export { type ExportManifest, exportDatabase, importDatabase, verifyExport } from './export.ts';
