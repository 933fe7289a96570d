import { expect, test } from 'vitest';
import { parseSocketTable } from './port-owner.ts';

test('addresses of both families are read from the kernel tables', () => {
  const four = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4242 1 0 100 0 0 10 0
   1: 00000000:0050 00000000:0000 01 00000000:00000000 00:00000000 00000000     0        0 4243 1 0 100 0 0 10 0`;
  const six = `  sl  local_address rem_address st
   0: 00000000000000000000000001000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 77 1 0 100 0 0 10 0
   1: B80D0120000000000000000001000000:0051 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 78 1 0 100 0 0 10 0`;

  expect(parseSocketTable(four, '0A')).toEqual([
    { port: 8080, address: '127.0.0.1', user: 1000, inode: '4242' },
  ]);
  expect(parseSocketTable(six, '0A')).toEqual([
    { port: 80, address: '::1', user: 0, inode: '77' },
    { port: 81, address: '2001:db8::1', user: 0, inode: '78' },
  ]);
});

test('a table that is something else holds no sockets', () => {
  expect(parseSocketTable('', '0A')).toEqual([]);
  expect(parseSocketTable('nonsense\n: : :\n', '0A')).toEqual([]);
});
