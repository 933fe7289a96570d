import { flushCompileCache } from 'node:module';
import { startBroker } from './broker.ts';
import { SocketInUse } from './listen.ts';
import { createLog } from './log.ts';
import { parseArguments } from './settings.ts';

const now = () => new Date();
const log = createLog((line) => process.stderr.write(line), now);
// Whoever read our output may have gone; that costs lines of the log, not the broker.
process.stderr.on('error', (error) => {
  if (!('code' in error && error.code === 'EPIPE')) throw error;
});

try {
  const broker = await startBroker(parseArguments(process.argv.slice(2)), now, log);
  let isStopping = false;
  const stop = async (): Promise<void> => {
    if (isStopping) return;
    isStopping = true;
    await broker[Symbol.asyncDispose]();
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop());
  process.on('SIGINT', () => void stop());
  // The launcher that started us is gone: nobody would stop us any more.
  if (process.connected) process.once('disconnect', () => void stop());
  process.send?.({ type: 'ready' });
  flushCompileCache();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof SocketInUse ? 75 : 78);
}
