import { createServer } from 'node:http';
import type { Socket } from 'node:net';

// An instance of an app, as most are: it stops taking connections when it is asked to end, and ends with its last request. It
// does not outlive whoever started it.
const port = Number(process.argv[2]);
const waiting = new Set<Socket>();
const server = createServer((asked, answer) => {
  const { socket } = asked;
  waiting.delete(socket);
  answer.on('finish', () => (server.listening ? waiting.add(socket) : socket.end()));
  let size = 0;
  asked.on('data', (chunk: Buffer) => (size += chunk.length));
  asked.on('end', () => setTimeout(() => answer.end(`${port} took ${size}`), asked.url === '/well' ? 0 : 10));
});
server.on('connection', (socket: Socket) => {
  waiting.add(socket);
  socket.on('close', () => waiting.delete(socket));
});
server.listen(port, '127.0.0.1');
process.on('disconnect', () => process.exit(1));
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  for (const socket of waiting) socket.destroy();
});
