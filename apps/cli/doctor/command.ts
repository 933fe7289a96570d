import type { Command } from 'commander';
import { exitCodes } from '../failure.ts';
import { safeJson, safeText } from '../output/safe-text.ts';
import type { GlobalOptions, Surroundings } from '../surroundings.ts';
import type { Result } from './doctor.ts';

/** Adds `nebula doctor`. */
export function addDoctor(program: Command, { config, print, end, signal }: Surroundings): void {
  program
    .command('doctor')
    .description('On the server: look at everything NebulaCommand needs and say what to do')
    .addHelpText(
      'after',
      '\nEnds with 1 when something has failed. With --quiet only what is not well is told.\n\nExamples:\n  nebula doctor\n  nebula doctor --quiet\n',
    )
    .action(async () => {
      const { examine } = await import('./doctor.ts');
      const results = await examine(config, signal);
      const { json, quiet } = program.opts<GlobalOptions>();
      if (json === true) print(`${safeJson({ checks: results })}\n`);
      else print(inWords(results, quiet === true));
      if (results.some(({ verdict }) => verdict === 'problem')) end(exitCodes.unexpected);
    });
}

function inWords(results: Result[], isQuiet: boolean): string {
  const shown = results.filter(({ verdict }) => !isQuiet || verdict !== 'ok');
  const lines = shown.map(({ verdict, title, detail, next }) => {
    const head = `${verdict.padEnd(8)}${safeText(title)}: ${safeText(detail)}\n`;
    return next === null ? head : `${head}        ${safeText(next)}\n`;
  });
  const count = (wanted: Result['verdict']) => results.filter(({ verdict }) => verdict === wanted).length;
  const sum = `\n${count('ok')} ok, ${count('warning')} to be looked at, ${count('problem')} failed, ${count('unknown')} unknown\n`;
  return lines.join('') + (isQuiet ? '' : sum);
}
