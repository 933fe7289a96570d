import { acmeMigrations } from '@nebula/acme';
import { auditMigrations } from '@nebula/audit';
import { authMigrations } from '@nebula/auth';
import type { MigrationSet } from '@nebula/db';
import { eventMigrations } from '@nebula/events';
import { jobsMigrations } from '@nebula/jobs';
import { journalMigrations } from '@nebula/journal';
import { seriesMigrations } from '@nebula/series';
import { features } from './features.ts';

/** Every table of the dashboard: the platform's, then the features'. */
export const migrationSets: MigrationSet[] = [
  acmeMigrations,
  auditMigrations,
  authMigrations,
  eventMigrations,
  jobsMigrations,
  journalMigrations,
  seriesMigrations,
  ...Object.values(features).flatMap((feature) => feature.migrations),
];
