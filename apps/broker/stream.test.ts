import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { startBroker } from './broker.ts';
import { sendRaw, writeRequest } from './testing/send.ts';

const upgrade = { Connection: 'Upgrade', Upgrade: 'tcp' };
const switching =
  'HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n';
const attach = '/containers/plain/attach?stream=1&stdin=1&stdout=1';

test('a stream is joined byte for byte in both directions', async () => {
  const { dockerSocket } = await brokerBefore((engine) => {
    engine.once('data', () => {
      engine.write(switching);
      engine.on('data', (chunk) => engine.write(chunk.toString('latin1').toUpperCase(), 'latin1'));
    });
  });
  const client = open(dockerSocket);
  client.socket.write(writeRequest('POST', attach, undefined, upgrade));
  await client.sees('\r\n\r\n');
  client.socket.write('hello ');
  client.socket.write('world');
  await client.sees('HELLO WORLD');

  expect(client.received()).toMatch(/^HTTP\/1\.1 101 /);
  expect(client.received()).toMatch(/Upgrade: tcp/);
});

test('what a client sends before the engine switches is held back, then handed on whole', async () => {
  let early = '';
  let late = '';
  const { dockerSocket } = await brokerBefore(async (engine) => {
    engine.on('data', (chunk) => {
      if (early.includes('\r\n\r\n')) late += chunk;
      else early += chunk;
    });
    await sleep(150);
    expect(late).toBe('');
    engine.write(switching);
  });
  const client = open(dockerSocket);
  client.socket.write(
    Buffer.concat([writeRequest('POST', attach, undefined, upgrade), Buffer.from('DELETE /x')]),
  );
  await sleep(50);
  client.socket.write(' HTTP/1.1\r\n\r\n');
  await client.sees('\r\n\r\n');
  await until(() => late === 'DELETE /x HTTP/1.1\r\n\r\n');

  expect(early).toMatch(/^POST \/containers\/c{64}\/attach\?/);
  expect(early).not.toContain('DELETE');
});

test('a client that does not ask for an upgrade gets the old raw stream', async () => {
  const { dockerSocket } = await brokerBefore((engine) => {
    engine.once('data', () => {
      engine.write(switching);
      engine.on('data', (chunk) => engine.write(`<${chunk}>`));
    });
  });
  const client = open(dockerSocket);
  client.socket.write(writeRequest('POST', attach));
  await client.sees('\r\n\r\n');
  client.socket.write('in');
  await client.sees('<in>');

  expect(client.received()).toMatch(
    /^HTTP\/1\.1 200 OK\r\nContent-Type: application\/vnd\.docker\.raw-stream\r\n\r\n/,
  );
});

test('a client that ends its input still gets the rest of the output', async () => {
  const { dockerSocket } = await brokerBefore((engine) => {
    engine.once('data', () => {
      engine.write(switching);
      let input = '';
      engine.on('data', (chunk) => {
        input += chunk;
      });
      engine.on('end', () => setTimeout(() => engine.end(`${input.length} bytes`), 50));
    });
  });
  const client = open(dockerSocket);
  client.socket.write(writeRequest('POST', attach, undefined, upgrade));
  await client.sees('\r\n\r\n');
  client.socket.end('12345');
  await client.closed;

  expect(client.received()).toMatch(/5 bytes$/);
});

test('the end of the output still leaves the input open', async () => {
  let input = '';
  const { dockerSocket } = await brokerBefore((engine) => {
    engine.once('data', () => {
      engine.end(`${switching}bye`);
      engine.on('data', (chunk) => {
        input += chunk;
      });
    });
  });
  const client = open(dockerSocket, true);
  client.socket.write(writeRequest('POST', attach, undefined, upgrade));
  await once(client.socket, 'end');
  client.socket.end('after the end');
  await until(() => input === 'after the end');

  expect(client.received()).toMatch(/bye$/);
});

test('the death of either side ends the other', async () => {
  const engines: Socket[] = [];
  const { dockerSocket } = await brokerBefore((engine) => {
    engines.push(engine);
    engine.once('data', () => engine.write(switching));
    // Output, so that a broken pipe is noticed.
    const talk = setInterval(() => engine.write('.'), 10);
    engine.on('close', () => clearInterval(talk));
  });
  const first = open(dockerSocket);
  first.socket.write(writeRequest('POST', attach, undefined, upgrade));
  await first.sees('\r\n\r\n');
  first.socket.destroy();
  await until(() => engines[0]?.destroyed === true);

  const second = open(dockerSocket);
  second.socket.write(writeRequest('POST', attach, undefined, upgrade));
  await second.sees('\r\n\r\n');
  engines[1]?.destroy();
  await second.closed;
});

test('a client that leaves a quiet log ends the request to the engine', async () => {
  let isLeft = false;
  const { dockerSocket } = await brokerBefore((engine) => {
    engine.once('data', () => engine.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'));
    engine.on('end', () => {
      isLeft = true;
    });
  });
  const client = open(dockerSocket);
  client.socket.write(writeRequest('GET', '/containers/plain/logs?follow=1&stdout=1'));
  await client.sees('\r\n\r\n');
  client.socket.destroy();
  await until(() => isLeft);
});

test('a slow reader slows the engine down instead of filling memory', async () => {
  let written = 0;
  const { dockerSocket } = await brokerBefore((engine) => {
    const part = Buffer.alloc(65_536, 'x');
    const pump = (): void => {
      while (written < 200_000_000 && engine.write(`10000\r\n${part}\r\n`)) written += part.length;
    };
    engine.on('drain', pump);
    engine.once('data', () => {
      engine.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
      pump();
    });
  });
  const client = connect(dockerSocket);
  onTestFinished(() => void client.destroy());
  client.pause();
  client.write(writeRequest('GET', '/containers/plain/logs?follow=1&stdout=1'));
  await sleep(400);

  expect(written).toBeGreaterThan(0);
  expect(written).toBeLessThan(8_000_000);
});

test('an answer the engine breaks off does not look complete', async () => {
  const { dockerSocket } = await brokerBefore((engine) => {
    engine.once('data', () => {
      engine.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n');
      setTimeout(() => engine.destroy(), 50);
    });
  });
  const answer = await sendRaw(dockerSocket, writeRequest('GET', '/containers/plain/logs?follow=1&stdout=1'));

  expect(answer.body).toContain('abc');
  expect(answer.body).not.toContain('0\r\n\r\n');
});

test('a build context streams through, and an early answer of the engine is not lost', async () => {
  let received = 0;
  const { dockerSocket } = await brokerBefore((engine) => {
    engine.on('data', (chunk) => {
      received += chunk.length;
    });
    engine.once('data', () =>
      setTimeout(
        () => engine.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 16\r\n\r\n{"message":"no"}'),
        100,
      ),
    );
  });
  const size = 3_000_000;
  const head = `POST /build?t=x HTTP/1.1\r\nHost: docker\r\nContent-Type: application/x-tar\r\nContent-Length: ${size}\r\n\r\n`;
  const answer = await sendRaw(
    dockerSocket,
    Buffer.concat([Buffer.from(head), Buffer.alloc(size, 'x')]),
    5_000,
  );

  expect(answer.status).toBe(400);
  expect(answer.body).toContain('"no"');
  expect(received).toBeGreaterThan(size);
});

/** A broker whose engine treats connections as the test says; questions about objects are answered. */
async function brokerBefore(serve: (engine: Socket) => unknown): Promise<{ dockerSocket: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'nb-'));
  await mkdir(join(directory, 's'));
  const engine = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    let head = '';
    const peek = (chunk: Buffer): void => {
      head += chunk.toString('latin1');
      socket.off('data', peek);
      socket.pause();
      if (!/^GET \/containers\/plain\/json /.test(head)) {
        serve(socket);
        socket.unshift(chunk);
        socket.resume();
        return;
      }
      const text = JSON.stringify({ Id: 'c'.repeat(64), HostConfig: {}, Mounts: [] });
      socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`);
    };
    socket.on('data', peek);
  }).listen(join(directory, 'e.sock'));
  await once(engine, 'listening');
  const broker = await startBroker(
    {
      socketDir: join(directory, 's'),
      engine: join(directory, 'e.sock'),
      appRoots: [],
      clientGid: undefined,
      grantKey: undefined,
      units: [],
      caddyAdmin: '/nowhere/admin.sock',
      siteRoots: [],
    },
    () => new Date(),
    () => {},
  );
  onTestFinished(async () => {
    await broker[Symbol.asyncDispose]();
    engine.close();
    await rm(directory, { recursive: true });
  });
  return broker;
}

function open(path: string, allowHalfOpen = false) {
  const socket = connect({ path, allowHalfOpen });
  let text = '';
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    text += chunk;
  });
  socket.on('error', () => {});
  onTestFinished(() => void socket.destroy());
  return {
    socket,
    received: () => text,
    closed: once(socket, 'close'),
    sees: (part: string) => until(() => text.includes(part)),
  };
}

async function until(isTrue: () => boolean): Promise<void> {
  for (let waited = 0; !isTrue(); waited += 5) {
    if (waited > 5_000) throw new Error('It did not happen within five seconds.');
    await sleep(5);
  }
}
