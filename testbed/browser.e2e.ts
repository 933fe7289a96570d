import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { launchBrowser } from './browser.ts';

describe('the browser of the tests', () => {
  it('shows a page of a server on loopback at the size of a phone', async () => {
    const server = createServer((_, response) => {
      response.setHeader('content-type', 'text/html').end('<title>here</title><h1>Hello</h1>');
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    server.listen(0, '127.0.0.1', resolve);
    await promise;
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The server has no port.');
    await using browser = await launchBrowser({ viewport: { width: 390, height: 844 } });

    const page = await browser.context.newPage();
    await page.goto(`http://127.0.0.1:${address.port}/`);

    expect(await page.title()).toBe('here');
    expect(await page.evaluate('innerWidth')).toBe(390);
    server.closeAllConnections();
    server.close();
  });
});
