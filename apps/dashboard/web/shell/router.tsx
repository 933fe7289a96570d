import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { features } from '../features.ts';
import type { PageRoute } from '../feature.ts';
import { Frame } from './frame.tsx';
import { ownPages } from './own-pages.ts';
import { NotFoundPage } from './not-found-page.tsx';
import { PagePending } from './page-pending.tsx';
import { PublicFrame } from './public-frame.tsx';
import { sessionQuery, wasSignedIn } from './session.tsx';
import { StartFault } from './start-fault.tsx';
import { parseSearch, stringifySearch } from './url-filter.ts';

/** What routes may use while they decide. */
interface RouterContext {
  client: QueryClient;
}

/** Makes the router of all pages that the features contribute. */
export function makeRouter(client: QueryClient) {
  return createRouter({
    routeTree,
    context: { client },
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    defaultPendingMs: 200,
    defaultPendingMinMs: 0,
    defaultPendingComponent: PagePending,
    defaultErrorComponent: StartFault,
    scrollRestoration: true,
  });
}

const root = createRootRouteWithContext<RouterContext>()({ notFoundComponent: NotFoundPage });

const publicPart = createRoute({ getParentRoute: () => root, id: 'public', component: PublicFrame });

const signedInPart = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  component: Frame,
  beforeLoad: async ({ context, location }) => {
    const session = await context.client.ensureQueryData(sessionQuery);
    if (session.user !== null) return;
    if (session.needsSetUp) throw redirect({ to: '/set-up' });
    const next = location.href === '/' ? {} : { next: location.href };
    throw redirect({ to: '/sign-in', search: next });
  },
});

const home = createRoute({
  getParentRoute: () => signedInPart,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: homePath(), replace: true });
  },
});

const pages = [...features.flatMap((feature) => feature.routes), ...ownPages];
const routeTree = root.addChildren([
  publicPart.addChildren(
    pages.filter(({ access }) => access === 'public').map((page) => pageRoute(page, publicPart)),
  ),
  signedInPart.addChildren([
    ...(pages.some(({ path }) => path === '/') ? [] : [home]),
    ...pages.filter(({ access }) => access === 'signed-in').map((page) => pageRoute(page, signedInPart)),
  ]),
]);

function pageRoute(page: PageRoute, parent: typeof publicPart | typeof signedInPart) {
  return createRoute({
    getParentRoute: () => parent,
    path: page.path,
    staticData: { title: page.title, needs: page.needs },
    loaderDeps: ({ search }) => search,
    loader: ({ context, params, deps }) => {
      page.prefetch?.(context.client, { params, search: deps });
    },
    component: lazyRouteComponent(async () => ({ default: await page.load() })),
  });
}

/** Fetches code and first data of the page in the address while the session is asked for and the page is being made. */
export async function warmUp(client: QueryClient): Promise<void> {
  const path = window.location.pathname === '/' ? homePath() : window.location.pathname;
  const page = pages.find((one) => pathPattern(one.path).test(path));
  // A part that cannot be fetched fails again when it is rendered, and is told there.
  const parts = Promise.allSettled(page === undefined ? [] : [page.load()]);
  if (page?.access === 'signed-in') {
    const params = pathPattern(page.path).exec(path)?.groups ?? {};
    const prefetch = () => page.prefetch?.(client, { params, search: parseSearch(window.location.search) });
    if (wasSignedIn.get() === 'yes') prefetch();
    const [session] = await Promise.allSettled([client.fetchQuery(sessionQuery)]);
    if (session.status === 'fulfilled' && session.value.user !== null) prefetch();
  }
  await parts;
}

function pathPattern(path: string): RegExp {
  return new RegExp(`^${path.replace(/\$(\w+)/g, '(?<$1>[^/]+)')}/?$`);
}

/** The first place of the navigation. */
function homePath(): string {
  return features.find(({ nav }) => nav !== null)?.nav?.path ?? '/';
}

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    title?: string;
    needs?: string | undefined;
  }
}
