// Runs one of our TypeScript tools with the project's own Node, after installing what is missing.
import { runWithNode24 } from '../launch/runtime.mjs';

const [script, ...args] = process.argv.slice(2);
process.exitCode = await runWithNode24(script, args);
