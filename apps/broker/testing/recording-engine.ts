import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** A request as it arrived at the engine. */
export interface Recorded {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** An engine that runs nothing and remembers everything: what is in `requests` got through. */
export interface RecordingEngine extends AsyncDisposable {
  requests: Recorded[];
  /** Streams that were taken over, with what arrived on them. */
  streams: { url: string; received: string; socket: Duplex }[];
  /** The broker's own questions about objects. */
  lookups: string[];
}

const id = (letter: string): string => letter.repeat(64);

/** Objects that stand for what people with the engine's own socket may have made. */
const objects: Record<string, unknown> = {
  '/containers/plain/json': container({}),
  '/containers/privileged/json': container({ Privileged: true }),
  '/containers/hostnet/json': container({ NetworkMode: 'host' }),
  '/containers/hostpid/json': container({ PidMode: 'host' }),
  '/containers/withsocket/json': container({ Binds: ['/var/run/docker.sock:/var/run/docker.sock'] }),
  '/containers/withroot/json': container({ Mounts: [{ Type: 'bind', Source: '/', Target: '/host' }] }),
  '/containers/withrootvolume/json': container({ Binds: ['rootvolume:/host'] }),
  '/containers/withdevice/json': container({ Devices: [{ PathOnHost: '/dev/sda' }] }),
  '/containers/withcaps/json': container({ CapAdd: ['SYS_ADMIN'] }),
  '/volumes/plainvolume': { Name: 'plainvolume', Driver: 'local', Options: null },
  '/volumes/rootvolume': {
    Name: 'rootvolume',
    Driver: 'local',
    Options: { type: 'none', o: 'bind', device: '/' },
  },
  '/volumes/slyvolume': {
    Name: 'slyvolume',
    Driver: 'local',
    Options: { type: 'nfs', o: 'ro,rbind', device: '/' },
  },
  '/volumes/diskvolume': {
    Name: 'diskvolume',
    Driver: 'local',
    Options: { type: 'ext4', device: '/dev/sda1' },
  },
  '/volumes/pluginvolume': { Name: 'pluginvolume', Driver: 'somewhere', Options: null },
  '/volumes/nasvolume': {
    Name: 'nasvolume',
    Driver: 'local',
    Options: { type: 'nfs', o: 'addr=10.0.0.9,rw', device: ':/x' },
  },
  '/networks/host': { Name: 'host', Id: id('e'), Driver: 'host' },
  [`/networks/${id('e')}`]: { Name: 'host', Id: id('e'), Driver: 'host' },
  '/networks/eeeeeeeeeeee': { Name: 'host', Id: id('e'), Driver: 'host' },
  '/networks/friends': { Name: 'friends', Id: id('f'), Driver: 'bridge' },
};

/** Listens on a unix socket and answers like an engine that agrees to everything. */
export async function startRecordingEngine(path: string): Promise<RecordingEngine> {
  const engine: Omit<RecordingEngine, typeof Symbol.asyncDispose> = {
    requests: [],
    streams: [],
    lookups: [],
  };
  const note = async (request: IncomingMessage): Promise<string> => {
    let body = '';
    request.setEncoding('latin1');
    try {
      for await (const part of request) body += part;
    } catch {
      // The broker broke off in the middle of a build context; what arrived is recorded like everything else.
    }
    const { method = '', url = '', headers } = request;
    if (method === 'GET' && Object.hasOwn(objects, url)) engine.lookups.push(url);
    else if (method === 'GET' && /^\/(?:containers\/[^/]+\/json|volumes\/[^/]+|networks\/[^/]+)$/.test(url))
      engine.lookups.push(url);
    else engine.requests.push({ method, url, headers, body });
    return url;
  };
  const server = createServer((request, response) => {
    void note(request).then((url) => {
      const known = Object.hasOwn(objects, url) ? objects[url] : undefined;
      const isLookup = engine.lookups.at(-1) === url && request.method === 'GET';
      response.setHeader('Content-Type', 'application/json');
      response.setHeader('Builder-Version', '2');
      if (isLookup && known === undefined) response.writeHead(404).end('{"message":"no such object"}');
      else if (known !== undefined) response.end(JSON.stringify(known));
      else if (/\/exec$/.test(url)) response.writeHead(201).end(JSON.stringify({ Id: id('a') }));
      else response.end('{}');
    });
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const { method = '', url = '', headers } = request;
    const length = Number(headers['content-length'] ?? 0);
    let received = head;
    const stream = { url, received: '', socket };
    let isJoined = false;
    const step = (): void => {
      if (!isJoined && received.length >= length) {
        isJoined = true;
        engine.requests.push({ method, url, headers, body: received.toString('latin1', 0, length) });
        engine.streams.push(stream);
        socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
      }
      stream.received = received.toString('latin1', length);
    };
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      step();
    });
    socket.on('error', () => {});
    step();
  });
  server.listen(path);
  await once(server, 'listening');
  return {
    ...engine,
    async [Symbol.asyncDispose]() {
      for (const { socket } of engine.streams) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function container(hostConfig: Record<string, unknown>): unknown {
  return {
    Id: id('c'),
    Name: '/c',
    HostConfig: { NetworkMode: 'default', Runtime: 'runc', ...hostConfig },
    Mounts: [],
  };
}
