#!/usr/bin/env node
// `nebula`: the command line, run with the project's own Node.
import { Refusal } from '../launch/refusal.mjs';
import { runWithNode24 } from '../launch/runtime.mjs';

try {
  process.exitCode = await runWithNode24('apps/cli/main.ts', process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  process.stderr.write(`nebula: ${error.message}\n`);
  process.exitCode = 1;
}
