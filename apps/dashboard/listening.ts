import type { Server } from '@nebula/http';

/** An address that the server cannot listen on, in words; `code` is the system's. */
export class CannotListen extends Error {
  override readonly name = 'CannotListen';
  readonly code: string;

  constructor(message: string, code: string, cause: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** Starts listening; answers the port. Throws {@link CannotListen} with what to do. */
export async function listenOn(server: Pick<Server, 'listen'>, host: string, port: number): Promise<number> {
  try {
    return await server.listen(host, port);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new CannotListen(sentence(code, host, port), code, error);
  }
}

function sentence(code: string, host: string, port: number): string {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} is in use by another program. Stop it, or choose another port (PORT or --port).`;
    case 'EACCES':
      return `Port ${port} is only for root: choose one from 1024 on (PORT or --port) and put a proxy before it.`;
    case 'EADDRNOTAVAIL':
      return `${host} is not an address of this machine. Choose another one (HOST or --host).`;
    default:
      return `The server cannot listen on ${host}, port ${port}.`;
  }
}
