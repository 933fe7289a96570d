import { join } from 'node:path';
import { buildWeb } from '../launch/web.mjs';

const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
const outcome = await buildWeb({
  root: join(import.meta.dirname, '..'),
  node: process.execPath,
  env: process.env,
  say: (line) => process.stderr.write(`${line}\n`),
  signal: stop.signal,
});
process.stderr.write(outcome === 'fresh' ? 'The web interface is up to date.\n' : 'Done.\n');
