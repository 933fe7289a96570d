import type { Command } from 'commander';
import { exitCodes, usage } from '../failure.ts';
import { safeJson, safeText } from '../output/safe-text.ts';
import type { GlobalOptions, Surroundings } from '../surroundings.ts';

/** Adds `nebula backup`, `nebula backup verify` and `nebula restore`. */
export function addBackupCommands(
  program: Command,
  { config, print, tell, end, signal }: Surroundings,
): void {
  const show = (facts: object, lines: string[]) => {
    const { json, quiet } = program.opts<GlobalOptions>();
    if (json === true) print(`${safeJson(facts)}\n`);
    else if (quiet !== true) print(lines.map((line) => `${safeText(line)}\n`).join(''));
  };

  const backup = program
    .command('backup')
    .description('On the server: write all rows of the database into a new directory')
    .option('--to <dir>', 'directory to make')
    .addHelpText('after', `${aboutKeys}\nExample:\n  nebula backup --to /mnt/nas/nebula-2026-01-31\n`)
    .action(async ({ to }: { to?: string }) => {
      // Commander would ask `backup verify` for a required option too.
      if (to === undefined) throw usage('--to is missing: the directory to make.');
      const { makeBackup } = await import('./backup.ts');
      const facts = await makeBackup(config, to, signal);
      show(facts, [
        `${facts.rows} rows of ${facts.tables} tables are in ${facts.dir}.`,
        `The keys in ${facts.keysDir} are not: keep a copy of them in another place.`,
      ]);
    });

  backup
    .command('verify <dir>')
    .description('Prove that every file of a backup is as it was written; needs no database')
    .addHelpText('after', '\nExample:\n  nebula backup verify /mnt/nas/nebula-2026-01-31\n')
    .action(async (dir: string) => {
      const { verifyBackup } = await import('./backup.ts');
      const result = await verifyBackup(dir);
      const { damaged } = result;
      show(
        result,
        damaged.length === 0
          ? [`The backup in ${result.dir} is whole.`]
          : damaged.map((file) => `damaged: ${file}`),
      );
      if (damaged.length > 0) end(exitCodes.findings);
    });

  program
    .command('restore')
    .description('On the server: read a backup into a new, still empty installation that is stopped')
    .requiredOption('--from <dir>', 'directory of the backup')
    .addHelpText('after', `${aboutKeys}\nExample:\n  nebula restore --from /mnt/nas/nebula-2026-01-31\n`)
    .action(async ({ from }: { from: string }) => {
      const { restoreBackup } = await import('./backup.ts');
      const facts = await restoreBackup(config, from, signal);
      show(facts, [
        `${facts.rows} rows of ${facts.tables} tables were restored; the backup is of ${facts.createdAt}.`,
      ]);
      if (facts.auditFindings === 0) return;
      tell(
        `The audit in it cannot be proven with the keys in ${safeText(facts.keysDir)}. Put the keys of the old machine ` +
          'there, then: nebula audit verify\n',
      );
      end(exitCodes.findings);
    });
}

const aboutKeys = `
The keys in <data>/keys are no part of a backup: who has both can read and forge everything.
Keep a copy of them in another place; without them the audit of a restored database cannot be proven.
`;
