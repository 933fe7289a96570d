import { useQueryClient } from '@tanstack/react-query';
import { Outlet, useLocation, useMatches, useNavigate, useRouter } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { features } from '../features.ts';
import { api } from './api.ts';
import { CommandsContext } from './commands-context.ts';
import { allowedCommands } from './commands.ts';
import { FeatureOverlays } from './feature-overlays.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import { startLive } from './live.ts';
import { Matters } from './matters.tsx';
import { Navigation } from './navigation.tsx';
import { useShownCommands } from './page-commands.ts';
import { placesFor } from './nav-sections.ts';
import { PagePending } from './page-pending.tsx';
import { NotAllowed } from './not-allowed.tsx';
import { areToastsWanted, onNotice } from './notify.ts';
import { ProofKeeper } from './proof-keeper.tsx';
import { Places } from './places.tsx';
import { useShownTitle } from './page-title.ts';
import { followOtherTabs, useSession } from './session.tsx';
import { useShortcuts } from './shortcuts.ts';
import { texts } from './texts.ts';
import { TopBar } from './top-bar.tsx';

const loadPalette = () => import('./palette.tsx');
const Palette = lazy(async () => ({ default: (await loadPalette()).Palette }));
const ShortcutSheet = lazy(async () => ({ default: (await import('./shortcut-sheet.tsx')).ShortcutSheet }));
const Toaster = lazy(async () => ({ default: (await import('./toaster.tsx')).Toaster }));
const topics = features.flatMap((feature) => feature.topics);
const matters = new Map(
  features.flatMap(({ id, matters: words = {} }) =>
    Object.entries(words).map(([code, say]) => [`${id}.${code}`, say] as const),
  ),
);

/** What lies over the page. */
type Overlay = 'none' | 'palette' | 'shortcuts';

/** Everything around a page for people who are signed in: navigation, top bar, palette, live connection. */
export function Frame() {
  const client = useQueryClient();
  const router = useRouter();
  const navigate = useNavigate();
  const session = useSession();
  const userId = session.user?.id;
  const hasToasts = useSyncExternalStore(onNotice, areToastsWanted);
  const [overlay, setOverlay] = useState<Overlay>('none');
  const page = useMatches().at(-1)?.staticData;
  const title = useShownTitle(page?.title ?? '');
  const tools = { goTo: (path: string) => void navigate({ to: path }), client };
  const shown = useShownCommands();
  const commands = allowedCommands(session, shown, {
    openPalette: () => setOverlay('palette'),
    openShortcuts: () => setOverlay('shortcuts'),
  });
  useShortcuts(commands, tools);
  useEffect(() => followOtherTabs(client), [client]);
  useEffect(
    () => (userId === undefined ? undefined : startLive(client, topics, api.live.events())),
    [client, userId],
  );
  useEffect(() => {
    if (userId === undefined) void router.invalidate();
  }, [router, userId]);

  useEffect(fetchPaletteAtRest, []);
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  useMainFocus(main, pathname);
  if (userId === undefined) return null;
  const isAllowed = page?.needs === undefined || session.permissions.includes(page.needs);
  const places = placesFor(session);
  return (
    <Places value={places}>
      <a
        href="#main"
        className="fixed top-2 left-2 z-50 -translate-y-20 rounded-md bg-primary-fill px-4 py-2 text-on-fill focus:translate-y-0"
      >
        {texts.skip}
      </a>
      <div className="frame mx-auto flex max-w-[90rem] md:gap-4 md:p-4">
        <Navigation commands={commands} tools={tools} />
        <div className="flex min-w-0 flex-1 flex-col gap-4">
          <TopBar title={title} commands={commands} tools={tools} />
          <main
            ref={main}
            id="main"
            tabIndex={-1}
            className="flex flex-col gap-4 px-3 pb-[calc(6rem+env(safe-area-inset-bottom))] md:px-0 md:pb-12"
          >
            <ErrorBoundary resetKey={pathname}>
              <CommandsContext value={commands}>
                <Suspense fallback={<PagePending />}>{isAllowed ? <Page /> : <NotAllowed />}</Suspense>
              </CommandsContext>
            </ErrorBoundary>
          </main>
        </div>
      </div>
      <FeatureOverlays />
      <Suspense>
        {hasToasts && <Toaster />}
        <ProofKeeper />
        {overlay === 'palette' && (
          <Palette commands={commands} tools={tools} onClose={() => setOverlay('none')} />
        )}
        {overlay === 'shortcuts' && <ShortcutSheet commands={commands} onClose={() => setOverlay('none')} />}
      </Suspense>
    </Places>
  );
}

function Page() {
  return (
    <Matters value={matters}>
      <Outlet />
    </Matters>
  );
}

/** Whoever opens the palette types at once: it has to be there by then. One that cannot be fetched is fetched again when opened. */
function fetchPaletteAtRest(): () => void {
  const timer = setTimeout(() => void Promise.allSettled([loadPalette()]), 2000);
  return () => clearTimeout(timer);
}

/** After going to another page the keyboard goes on from its beginning. */
function useMainFocus(main: React.RefObject<HTMLElement | null>, pathname: string): void {
  const last = useRef(pathname);
  useEffect(() => {
    if (last.current === pathname) return;
    last.current = pathname;
    main.current?.focus({ preventScroll: true });
  }, [main, pathname]);
}
