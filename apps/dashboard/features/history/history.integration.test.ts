import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Caller, type TestApp, testApp } from '../../testing.ts';
import type { SeriesHistory } from './contract.ts';

let app: TestApp;
let viewer: Caller;
const hourAgo = () => new Date(Date.now() - 3_600_000).toISOString();

beforeAll(async () => {
  app = await testApp(inject('postgres'));
  viewer = await app.as('viewer');
});
afterAll(async () => await app[Symbol.asyncDispose]());

async function ask(query: Record<string, string>, caller = viewer) {
  const response = await caller.fetch(`/api/history?${new URLSearchParams(query)}`);
  const body = (await response.json()) as { series: SeriesHistory[]; code?: string };
  return { status: response.status, body };
}

test("the machine's figures are in the history a moment after they were read", async () => {
  const metrics = async () => {
    const { body } = await ask({ subjects: 'host', from: hourAgo() });
    return body.series.filter(({ points }) => points.length > 0).map(({ metric }) => metric);
  };
  await expect.poll(metrics, { timeout: 40_000 }).toEqual(expect.arrayContaining(['cpu', 'memory', 'load']));
});

test('only what is asked for is told', async () => {
  const { body } = await ask({ subjects: 'host,app/none', metrics: 'memory', from: hourAgo() });
  expect(body.series.map(({ subject, metric }) => `${subject} ${metric}`)).toEqual(['host memory']);
  expect(body.series[0]?.points[0]?.mean).toBeGreaterThan(0);
});

test('a look back that ends before it begins, or asks for too much, is refused', async () => {
  const queries: Record<string, string>[] = [
    { from: new Date(Date.now() + 60_000).toISOString() },
    { from: 'yesterday' },
    { from: hourAgo(), points: '100000' },
    { from: hourAgo(), subjects: ' , ' },
  ];
  for (const query of queries) {
    expect([query, (await ask(query)).status]).toEqual([query, 400]);
  }
});

test('nobody who is signed out sees the history', async () => {
  expect((await ask({ from: hourAgo() }, app.nobody)).status).toBe(401);
});
