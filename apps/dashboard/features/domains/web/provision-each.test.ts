import { ApiError } from '@nebula/contract/client';
import { expect, test } from 'vitest';
import { provisionEach } from './provision-each.ts';

const refusal = (code: string) =>
  new ApiError({ type: 'about:blank', title: code, status: 409, code, detail: code, requestId: 'r' });

async function begin(refusals: Record<string, unknown>) {
  const [begun, refused]: [string[], string[]] = [[], []];
  const provision = async (row: string) => {
    if (row in refusals) throw refusals[row];
  };
  const told = { begun: (row: string) => begun.push(row), refused: (row: string) => refused.push(row) };
  const end = await provisionEach(['a', 'b', 'c'], provision, told).then(
    () => null,
    (error: unknown) => error,
  );
  return { begun, refused, end };
}

test('a domain that cannot be provisioned just now keeps no other from it', async () => {
  expect(await begin({ a: refusal('TARGET_BUSY'), c: refusal('NOT_FOUND') })).toEqual({
    ...{ begun: ['b'], refused: ['a', 'c'], end: null },
  });
});

test('what would be said of all stops it', async () => {
  const wholly = refusal('RATE_LIMITED');
  expect(await begin({ b: wholly })).toEqual({ begun: ['a'], refused: [], end: wholly });
  const away = new TypeError('no network');
  expect(await begin({ a: away })).toEqual({ begun: [], refused: [], end: away });
});
