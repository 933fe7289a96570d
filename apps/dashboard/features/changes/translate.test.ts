import type { EngineEvent } from '@nebula/docker';
import { expect, test } from 'vitest';
import { createTranslator } from './translate.ts';

const id = 'a'.repeat(64);
const at = new Date('2026-11-26T04:00:00Z');

/** Kinds of the markers that a container's events make. */
function kinds(...events: [action: string, more?: Record<string, string>][]): (string | undefined)[] {
  const translator = createTranslator('local');
  return events.flatMap(([action, more]) => {
    const attributes = { name: 'web', image: 'nginx:1', ...more };
    const event: EngineEvent = { type: 'container', action, id, at, attributes };
    return translator.take(event)?.kind ?? [];
  });
}

test('an end that was asked for is no death, whatever the exit code', () => {
  expect(kinds(['start'], ['kill', { signal: '15' }], ['die', { exitCode: '137' }], ['stop'])).toEqual([
    'started',
    'stopped',
  ]);
});

test('an end by itself is a death when its exit code says so', () => {
  expect(kinds(['start'], ['die', { exitCode: '1' }])).toEqual(['started', 'died']);
  expect(kinds(['start'], ['die', { exitCode: '0' }])).toEqual(['started', 'ended']);
});

test('a reload asks for no end', () => {
  expect(kinds(['start'], ['kill', { signal: '1' }], ['die', { exitCode: '2' }])).toEqual([
    'started',
    'died',
  ]);
});

test('being killed for lack of memory is told as that, once for each life', () => {
  expect(
    kinds(['start'], ['oom'], ['die', { exitCode: '137' }], ['start'], ['die', { exitCode: '137' }]),
  ).toEqual(['started', 'out-of-memory', 'started', 'died']);
});

test('health is told when it changes, not at every check', () => {
  const sick = ['health_status', { health: 'unhealthy' }] as [string, Record<string, string>];
  const well = ['health_status', { health: 'healthy' }] as [string, Record<string, string>];
  expect(kinds(['start'], well, sick, sick, well, well)).toEqual(['started', 'unhealthy', 'healthy']);
});

test('commands inside a container, and what happens to others, make no marker', () => {
  expect(kinds(['exec_create'], ['exec_start'], ['attach'], ['top'])).toEqual([]);
  const translator = createTranslator('local');
  expect(translator.take({ type: 'volume', action: 'create', id: 'x', at, attributes: {} })).toBe(null);
});

test('the app is that of compose where there is one, and one line whatever the labels say', () => {
  const translator = createTranslator('local');
  const labels = { 'com.docker.compose.project': 'sh\nop', 'com.docker.compose.service': 'web' };
  const marker = translator.take({
    ...{ type: 'container', action: 'start', id, at },
    attributes: { name: 'shop-web-1', ...labels },
  });
  expect(marker?.app).toBe('shop/web');
});
