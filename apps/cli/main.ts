import { readFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { leave } from './leave.ts';

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, 'package.json'), 'utf8'));
const args = process.argv.slice(2);

process.stdout.on('error', (error) => {
  // Who read from us has enough (`nebula … | head`); 141 is what a shell calls that.
  if ('code' in error && error.code === 'EPIPE') process.exit(141);
  throw error;
});

if (args.length === 1 && args[0] === '--version') {
  process.stdout.write(`${version}\n`);
} else {
  // Halves the time to the first word. It lies beside the code and is as trusted as that; where it cannot be written, we do without.
  enableCompileCache(join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'nebula-cli'));
  const { run } = await import('./run.ts');
  await leave(await run(version, args));
}
