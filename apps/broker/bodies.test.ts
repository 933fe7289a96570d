import { expect, test } from 'vitest';
import { networkBody } from './bodies.ts';
import { createPathJudge } from './host-paths.ts';

test.each([
  ['10.211.0.0/24', true],
  ['172.31.0.0/16', true],
  ['192.168.201.0/28', true],
  ['fd12:3456::/64', true],
  ['', true],
  ['172.32.0.0/16', false],
  ['172.16.0.0/11', false],
  ['11.0.0.0/24', false],
  ['2001:db8::/32', false],
  ['127.0.0.0/16', false],
  ['10.0.0.0/x', false],
])('a network that takes %s is free: %s', async (Subnet, isFree) => {
  const needed: string[] = [];
  await networkBody({ Name: 'n', IPAM: { Config: [{ Subnet }] } }, '', {
    needs: (rule) => void needed.push(rule),
    paths: createPathJudge([]),
    look: async () => undefined,
  });

  expect(needed).toEqual(isFree ? [] : ['network-driver']);
});
