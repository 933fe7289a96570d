// `npm start`: installs what is missing, then starts NebulaCommand. Plain JavaScript for any Node >= 20.
import { ensureInstalled } from './launch/runtime.mjs';

try {
  await ensureInstalled();
  const { launch } = await import('./launch/launcher.mjs');
  process.exitCode = await launch(process.argv.slice(2), process.env);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
