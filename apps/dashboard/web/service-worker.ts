// Runs apart from the page and imports nothing; the build puts `program` before it (see vite.config.ts).
declare const program: { version: string; files: string[] };

/** What a service worker's events have beyond those of a page. */
interface WorkerEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface FetchEvent extends WorkerEvent {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface PushEvent extends WorkerEvent {
  data: { json(): unknown } | null;
}
interface ClickEvent extends WorkerEvent {
  notification: { close(): void; data: unknown };
}
interface Page {
  url: string;
  focus(): Promise<unknown>;
  navigate(url: string): Promise<unknown>;
}
interface WorkerScope {
  skipWaiting(): Promise<void>;
  clients: {
    claim(): Promise<void>;
    matchAll(filter: { type: 'window' }): Promise<Page[]>;
    openWindow(url: string): Promise<unknown>;
  };
  registration: { showNotification(title: string, options: object): Promise<void> };
}

const prefix = 'nebula-shell-';
const worker = workerScope(globalThis);

addEventListener('install', (event) => {
  if (isWorkerEvent(event)) event.waitUntil(store());
});
addEventListener('activate', (event) => {
  if (isWorkerEvent(event)) event.waitUntil(takeOver());
});
addEventListener('fetch', (event) => {
  if (!isFetchEvent(event)) return;
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  // What the server says is never kept: only the program itself is.
  if (request.method !== 'GET' || origin !== location.origin || pathname.startsWith('/api')) return;
  if (request.mode === 'navigate') event.respondWith(openPage(request));
  else if (pathname.startsWith('/assets/')) event.respondWith(openPart(request));
  else if (program.files.includes(pathname)) event.respondWith(openPublic(request));
});
addEventListener('push', (event) => {
  if (isPushEvent(event)) event.waitUntil(show(event));
});
addEventListener('notificationclick', (event) => {
  if (!isClickEvent(event)) return;
  event.notification.close();
  event.waitUntil(openThere(event.notification.data));
});

/** Shows what the server sent for this browser alone; whatever it is, it is shown as text. */
async function show({ data }: PushEvent): Promise<void> {
  const message = fieldsOf(data?.json());
  const title = textIn(message, 'title') || 'NebulaCommand';
  await worker.registration.showNotification(title, {
    body: textIn(message, 'body'),
    tag: textIn(message, 'id'),
    icon: '/icon-192.png',
    data: textIn(message, 'path'),
    requireInteraction: message['severity'] === 'critical' && message['state'] === 'firing',
  });
}

/** Goes to the page of a message in a window that is open, or in a new one. */
async function openThere(path: unknown): Promise<void> {
  const isOurs = typeof path === 'string' && /^\/(?!\/)/.test(path);
  const url = new URL(isOurs ? path : '/alerts', location.origin).href;
  const [open] = await worker.clients.matchAll({ type: 'window' });
  if (open === undefined) return void (await worker.clients.openWindow(url));
  await open.focus();
  if (open.url !== url) await open.navigate(url);
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function textIn(fields: Record<string, unknown>, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
}

async function store(): Promise<void> {
  const cache = await caches.open(prefix + program.version);
  // Past the browser's own cache, so that page and parts are of one version.
  await cache.addAll(program.files.map((file) => new Request(file, { cache: 'reload' })));
  await worker.skipWaiting();
}

/** Keeps the parts of the version before too: a page that is open may still ask for them. */
async function takeOver(): Promise<void> {
  const own = (await caches.keys()).filter((name) => name.startsWith(prefix));
  const kept = new Set([
    ...own.filter((name) => name !== prefix + program.version).slice(-1),
    prefix + program.version,
  ]);
  await Promise.all(own.filter((name) => !kept.has(name)).map((name) => caches.delete(name)));
  await worker.clients.claim();
}

/** The network comes first, so that no version can trap a browser; the stored page opens when the server is away. */
async function openPage(request: Request): Promise<Response> {
  try {
    const answer = await fetch(request);
    if (answer.status !== 502 && answer.status !== 503 && answer.status !== 504) return answer;
    return (await stored('/')) ?? answer;
  } catch (error) {
    const page = await stored('/');
    if (page === undefined) throw error;
    return page;
  }
}

/** Parts carry a digest in their name and never change. */
async function openPart(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? (await fetch(request));
}

async function openPublic(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const file = await caches.match(request);
    if (file === undefined) throw error;
    return file;
  }
}

async function stored(file: string): Promise<Response | undefined> {
  const cache = await caches.open(prefix + program.version);
  return await cache.match(file);
}

function isWorkerEvent(event: Event): event is WorkerEvent {
  return 'waitUntil' in event;
}

function isFetchEvent(event: Event): event is FetchEvent {
  return 'respondWith' in event;
}

function isPushEvent(event: Event): event is PushEvent {
  return 'data' in event && isWorkerEvent(event);
}

function isClickEvent(event: Event): event is ClickEvent {
  return 'notification' in event && isWorkerEvent(event);
}

/** The page's types do not know the worker's scope; what is used of it is proven here. */
function workerScope(scope: object): WorkerScope {
  if (!isWorkerScope(scope)) throw new TypeError('This is not a service worker');
  return scope;
}

function isWorkerScope(scope: object): scope is WorkerScope {
  return 'skipWaiting' in scope && 'clients' in scope && 'registration' in scope;
}
