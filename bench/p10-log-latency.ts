import { launchBrowser, startEngine, startProduct } from '@nebula/testbed';
import type { BenchOptions, Figure } from './bench.ts';
import { rounded } from './measure.ts';
import { ownerKey } from './owner.ts';

const linesPerSecond = 1000;

/** P10: from the instant that a container writes a line (as the engine notes it) until a browser has it on its stream. */
export async function run({ quick, signal }: BenchOptions): Promise<Figure[]> {
  await using engine = await startEngine();
  await using product = await startProduct({ engine: engine.socket });
  const key = await ownerKey(product);
  const seconds = quick ? 10 : 30;
  const writer = `while true; do i=0; while [ $i -lt ${linesPerSecond / 20} ]; do echo "line $i of a request that was served"; i=$((i+1)); done; usleep 50000; done`;
  await engine.docker(['run', '-d', '--init', '--name', 'noisy', engine.busyboxImage, 'sh', '-c', writer]);
  const browser = await launchBrowser({ viewport: { width: 1440, height: 900 } });
  try {
    const page = await browser.context.newPage();
    await page.setExtraHTTPHeaders({ authorization: `Bearer ${key}` });
    await page.goto(`${product.url}/api/health`);
    const delays = await page.evaluate(listenFor, { url: '/api/logs/stream?app=noisy&tail=0', key, seconds });
    signal.throwIfAborted();
    const sorted = delays.sort((a, b) => a - b);
    const at = (share: number) => rounded(sorted[Math.floor(sorted.length * share)] ?? Number.NaN);
    const figure = at(0.95);
    return [
      {
        id: 'P10',
        what: 'Log line, container to browser, p95',
        figure,
        unit: 'ms',
        target: '<= 150',
        met: figure <= 150,
        detail: `${Math.round(sorted.length / seconds)} lines/s over ${seconds} s, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms; writer, engine, server and browser on the same two cores`,
      },
    ];
  } finally {
    await browser.close();
  }
}

/** Runs in the page: reads the stream and answers each line's age in milliseconds when it was there. */
async function listenFor({
  url,
  key,
  seconds,
}: {
  url: string;
  key: string;
  seconds: number;
}): Promise<number[]> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${key}` } });
  const decoder = new TextDecoder();
  const delays: number[] = [];
  const end = Date.now() + seconds * 1000;
  let waiting = '';
  for await (const chunk of response.body ?? []) {
    waiting += decoder.decode(chunk, { stream: true });
    const frames = waiting.split('\n\n');
    waiting = frames.pop() ?? '';
    const now = performance.timeOrigin + performance.now();
    for (const frame of frames) {
      for (const [, time = ''] of frame.matchAll(/"time":"([^"]{20,30})Z"/g)) {
        delays.push(now - (Date.parse(`${time.slice(0, 23)}Z`) + Number(time.slice(23, 29)) / 1e6));
      }
    }
    if (Date.now() > end) break;
  }
  return delays;
}
