export { type GuardSettings, nameOf } from './guard.ts';
export { sessionCookie } from './identify.ts';
export { createServer, type Server, type ServerOptions } from './server.ts';
