#!/usr/bin/env node
// `nebula`: the command line, run with the project's own Node.
import { runWithNode24 } from '../launch/runtime.mjs';

process.exitCode = await runWithNode24('apps/cli/main.ts', process.argv.slice(2));
