import { expect, test } from 'vitest';
import { levelOf } from './level.ts';

test.each([
  ['{"level":"warn","msg":"x"}', 'warn'],
  ['{"level":50,"time":1,"msg":"x"}', 'error'],
  ['{"severity":"CRITICAL"}', 'fatal'],
  ['time="2026-01-01" level=debug msg=x', 'debug'],
  ['2026-11-26 04:00:00 INFO started', 'info'],
  ['2026-11-26T04:00:00.123Z [ERROR] broke', 'error'],
  ['2026/11/26 04:00:00 [warn] 7#7: low', 'warn'],
  ['E1126 04:47:00.123456 1 main.go:1] broke', 'error'],
  ['[12:00:01] main WARN low memory', 'warn'],
  ['ERROR: relation does not exist', 'error'],
  ['\u001b[31mERR\u001b[0m lost', 'error'],
  ['2026-11-26 04:00:00.000 UTC [1] LOG:  ready', 'info'],
  ['panic: runtime error', 'fatal'],
])('%s is %s', (line, level) => {
  expect(levelOf(line)).toBe(level);
});

test.each([
  'GET /errors 200',
  'the error was found',
  'information technology is listed',
  '',
  'no level=here',
])('%s says nothing of its level', (line) => {
  expect(levelOf(line)).toBe(null);
});
