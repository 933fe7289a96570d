import { availableParallelism } from 'node:os';
import { runGates } from './gate.ts';
import { gates } from './gates.ts';

const wanted = process.argv.slice(2);
const chosen = gates.filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)));
const started = performance.now();
const failed: string[] = [];
for await (const { gate, verdict, milliseconds } of runGates(chosen, availableParallelism())) {
  process.stdout.write(`${verdict.isOk ? 'ok  ' : 'FAIL'}  ${gate.name}  ${milliseconds} ms\n`);
  if (!verdict.isOk) {
    failed.push(gate.name);
    process.stdout.write(`${verdict.output.trimEnd()}\n`);
  }
}
const seconds = ((performance.now() - started) / 1000).toFixed(1);
if (chosen.length === 0) process.stdout.write(`No gate is called ${wanted.join(' or ')}.\n`);
else if (failed.length === 0) process.stdout.write(`All ${chosen.length} gates passed in ${seconds} s.\n`);
else
  process.stdout.write(
    `${failed.length} of ${chosen.length} gates failed in ${seconds} s: ${failed.join(', ')}.\n`,
  );
process.exitCode = failed.length === 0 && chosen.length > 0 ? 0 : 1;
