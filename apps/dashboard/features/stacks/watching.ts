import type { Hub } from '@nebula/events';
import type { Journal } from '@nebula/journal';
import type { Context, StreamSink } from '@nebula/runtime';
import { jobs } from '../jobs/contract.ts';
import type { OutputPiece } from './contract-shapes.ts';
import type { Outputs } from './output.ts';

const ended = new Set(['succeeded', 'failed', 'cancelled', 'unknown']);
const gatherMs = 50;
/** What waits for a reader that does not take it; the rest is on disk, and the page asks again. */
const mostWaiting = 524_288;

/** Sends what compose wrote in a run, from its beginning, until the run ends or the reader goes. */
export async function sendOutput(
  { outputs, journal, hub }: { outputs: Outputs; journal: Journal; hub: Hub },
  context: Context,
  runId: string,
  sink: StreamSink,
): Promise<void> {
  let waiting = '';
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  const send = (piece: OutputPiece, isStart = false) =>
    sink.write(`data: ${JSON.stringify(piece)}\n\n`, isStart);

  function flush(): void {
    timer = undefined;
    if (sink.signal.aborted) return;
    const text = waiting;
    waiting = '';
    if (text !== '' && !send({ kind: 'text', text, isCut: false })) return sink.end();
    if (!isOver) return;
    send({ kind: 'end', text: '', isCut: false });
    sink.end();
  }

  function schedule(): void {
    timer ??= setTimeout(flush, gatherMs);
  }

  // What comes while the past is read waits its turn.
  const early: string[] = [];
  let take = (text: string): void => void early.push(text);
  const stops = [
    outputs.listen(runId, (text) => take(text)),
    hub.on(jobs.events['run-changed'].name, (run) => {
      if (!isEndOf(run, runId)) return;
      isOver = true;
      schedule();
    }),
  ];
  try {
    const past = await outputs.read(runId);
    const run = await journal.get(context.sql, runId);
    send({ kind: 'text', ...past }, true);
    for (const text of early) if (!past.text.endsWith(text)) waiting += text;
    take = (text) => {
      waiting += text;
      if (waiting.length > mostWaiting) return sink.end();
      schedule();
    };
    if (run === null || ended.has(run.state)) isOver = true;
    schedule();
    await new Promise<void>((resolve) => {
      if (sink.signal.aborted) resolve();
      else sink.signal.addEventListener('abort', () => resolve(), { once: true });
    });
  } finally {
    clearTimeout(timer);
    for (const stop of stops) stop();
  }
}

function isEndOf(run: unknown, id: string): boolean {
  if (typeof run !== 'object' || run === null || !('id' in run) || !('state' in run)) return false;
  return run.id === id && ended.has(String(run.state));
}
