import { createServer } from 'node:http';

// An instance of an app, as most are: it stops taking connections when it is asked to end, and ends with its last one. It does
// not outlive whoever started it.
const port = Number(process.argv[2]);
const server = createServer((asked, answer) => {
  let size = 0;
  asked.on('data', (chunk: Buffer) => (size += chunk.length));
  asked.on('end', () => setTimeout(() => answer.end(`${port} took ${size}`), asked.url === '/well' ? 0 : 10));
});
server.listen(port, '127.0.0.1');
process.on('disconnect', () => process.exit(1));
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
