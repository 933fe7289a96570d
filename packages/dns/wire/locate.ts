import { LayerFault } from '../faults.ts';
import { type NameServer, parseNameServer } from './exchange.ts';

/** Address and port of a name server given by address or by name. Throws a LayerFault `name`. */
export async function locateServer(server: string, signal: AbortSignal | undefined): Promise<NameServer> {
  signal?.throwIfAborted();
  const given = parseNameServer(server);
  if (given !== null) return given;
  const [, host = '', port = '53'] = /^([^:]+)(?::(\d{1,5}))?$/.exec(server.trim()) ?? [];
  if (host === '')
    throw new LayerFault('name', 'rejected', `${server} is not a name server, such as ns1.example.com:53.`);
  const { lookup } = await import('node:dns/promises');
  try {
    const { address } = await lookup(host);
    return { address, port: Number(port) };
  } catch (cause) {
    throw new LayerFault('name', 'unavailable', `${host} has no address.`, { cause });
  }
}
