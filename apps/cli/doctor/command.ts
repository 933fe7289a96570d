import type { Command } from 'commander';
import { exitCodes } from '../failure.ts';
import { safeJson, safeText } from '../output/safe-text.ts';
import { colourOfState, painted, type Terminal } from '../output/terminal.ts';
import type { GlobalOptions, Surroundings } from '../surroundings.ts';
import { areas } from './check.ts';
import type { Result } from './doctor.ts';

/** Adds `nebula doctor`. */
export function addDoctor(program: Command, { config, print, end, signal, terminal }: Surroundings): void {
  program
    .command('doctor')
    .description('On the server: look at everything NebulaCommand needs and say what to do')
    .addHelpText(
      'after',
      '\nEnds with 1 when there is a problem. With --quiet only what is not well is told.\n\nExamples:\n  nebula doctor\n  nebula doctor --quiet\n',
    )
    .action(async () => {
      const { examine } = await import('./doctor.ts');
      const results = await examine(config, signal);
      const { json, quiet } = program.opts<GlobalOptions>();
      if (json === true) print(`${safeJson({ checks: results })}\n`);
      else print(inWords(results, quiet === true, terminal));
      if (results.some(({ verdict }) => verdict === 'problem')) end(exitCodes.unexpected);
    });
}

function inWords(results: Result[], isQuiet: boolean, terminal: Terminal): string {
  const shown = results.filter(({ verdict }) => !isQuiet || verdict !== 'ok');
  const parts = areas.flatMap((area) => {
    const found = shown.filter((result) => result.area === area);
    if (found.length === 0) return [];
    return [`${painted(area, 'bold', terminal)}\n${found.map((result) => lines(result, terminal)).join('')}`];
  });
  const count = (wanted: Result['verdict']) => results.filter(({ verdict }) => verdict === wanted).length;
  const many = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`;
  const bad = [many(count('problem'), 'problem'), many(count('warning'), 'warning')].join(', ');
  const sum = `\n${bad}, ${count('unknown')} unknown, ${count('ok')} ok\n`;
  return parts.join(isQuiet ? '' : '\n') + (isQuiet ? '' : sum);
}

function lines({ verdict, title, detail, meaning, next }: Result, terminal: Terminal): string {
  const mark = painted(verdict.padEnd(8), colourOfState(verdict), terminal);
  const head = `${mark} ${safeText(title)}: ${safeText(detail)}\n`;
  if (verdict === 'ok') return head;
  const indented = (text: string) => `         ${safeText(text)}\n`;
  return head + indented(meaning) + (next === null ? '' : indented(`→ ${next}`));
}
