import { expect, test } from 'vitest';
import { listenOn } from './listening.ts';

test.each([
  ['EADDRINUSE', 'Port 5000 is in use by another program.'],
  ['EACCES', 'Port 5000 is only for root'],
  ['EADDRNOTAVAIL', '192.0.2.1 is not an address of this machine.'],
  ['EINVAL', 'The server cannot listen on 192.0.2.1, port 5000.'],
])('an address that cannot be listened on for %s is told in words', async (code, sentence) => {
  const error = Object.assign(new Error(`listen ${code}`), { code });
  const server = { listen: () => Promise.reject(error) };

  await expect(listenOn(server, '192.0.2.1', 5000)).rejects.toMatchObject({
    message: expect.stringContaining(sentence),
    code,
    cause: error,
  });
});
