export {
  type EmbeddedOptions,
  type EmbeddedPostgres,
  type RunningPostgres,
  runningEmbeddedPostgres,
  startEmbeddedPostgres,
  WrongMajorError,
} from './embedded.ts';
export { embeddedPassword, UnusableDataError } from './make-cluster.ts';
export { DatabaseInUseError } from './ownership.ts';
export { newId } from './ids.ts';
export type { ListenHandlers } from './listen.ts';
export { ChangedMigrationError, inDependencyOrder, type MigrationSet, migrate } from './migrate.ts';
export {
  clientConfig,
  type Connection,
  type Database,
  databaseProblem,
  openDatabase,
  type Sql,
} from './pool.ts';
export { embeddedPostgres, type PostgresBinaries } from './postgres-binaries.ts';
export { type ExportManifest, exportDatabase, importDatabase, verifyExport } from './export.ts';
