import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const module = (path: string) => join(root, 'node_modules', path);

/** Each gate is a program with fixed arguments; the first that fails ends the run after all have spoken. */
const gates: [name: string, argv: string[]][] = [
  ['format', [process.execPath, module('@biomejs/biome/bin/biome'), 'format', '.']],
  ['types: server', [process.execPath, module('typescript/bin/tsc'), '-p', 'tsconfig.server.json']],
  ['types: web', [process.execPath, module('typescript/bin/tsc'), '-p', 'tsconfig.web.json']],
];

let failed = 0;
for (const [name, [program = '', ...args]] of gates) {
  const started = performance.now();
  const child = spawn(program, args, { cwd: root, stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  if (code !== 0) failed += 1;
  process.stdout.write(
    `${code === 0 ? 'ok  ' : 'FAIL'} ${name} ${Math.round(performance.now() - started)} ms\n`,
  );
}
process.exitCode = failed === 0 ? 0 : 1;
