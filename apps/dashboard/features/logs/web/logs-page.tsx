import { EmptyState, Panel } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { ScrollText } from 'lucide-react';
import { useCallback, useRef } from 'react';
import { DataView, usePageTitle, useUrlFilter } from '../../../web/feature.ts';
import type { LogApp } from '../contract.ts';
import { AppPicker } from './app-picker.tsx';
import { copy } from './copy.ts';
import { LogPanel } from './log-panel.tsx';
import { type Place, readApps, readPlace, writeApps } from './place.ts';
import { logAppsQuery } from './queries.ts';

/** Lines of one app or several, live and past. */
export function LogsPage() {
  const apps = useQuery(logAppsQuery);
  const [place, change] = useUrlFilter(readPlace);
  return (
    <Panel aria-label={copy.title} className="flex flex-col overflow-hidden">
      <DataView query={apps} label={copy.loading}>
        {({ items }) => <Chosen items={items} place={place} change={change} />}
      </DataView>
    </Panel>
  );
}

function Chosen({
  items,
  place,
  change,
}: {
  items: LogApp[];
  place: Place;
  change: (changes: Partial<Place>) => void;
}) {
  const chosen = chosenApps(items, place);
  usePageTitle(chosen.length === 1 ? copy.ofApp(chosen[0] ?? '') : copy.title);
  // The panel hands this to lines that are drawn once; what it does is always that of the newest address.
  const newest = useRef(change);
  newest.current = change;
  const onPlace = useCallback((changes: Partial<Place>) => newest.current(changes), []);
  const troubles = items.filter(({ app, detail }) => detail !== null && chosen.includes(app));
  return (
    <>
      <div className="flex flex-wrap items-center gap-2 px-3 pt-3 md:px-4">
        <AppPicker
          apps={items}
          chosen={chosen}
          onChange={(next) =>
            change({ apps: writeApps(next), container: undefined, line: undefined, at: undefined })
          }
        />
        {troubles.map(({ app, detail }) => (
          <p key={app} role="status" className="text-sm text-warning">
            {copy.unreadable(app)} <span translate="no">{detail}</span>
          </p>
        ))}
      </div>
      {chosen.length === 0 ? (
        <EmptyState icon={ScrollText} title={copy.pick.title}>
          <p>{copy.pick.text}</p>
        </EmptyState>
      ) : (
        <LogPanel
          apps={chosen}
          place={place}
          onPlace={onPlace}
          className="h-[calc(100dvh-25rem)] min-h-64 md:h-[calc(100dvh-16rem)]"
        />
      )}
    </>
  );
}

/** A link may name a container instead of its app. */
function chosenApps(items: readonly LogApp[], { apps, container }: Place): string[] {
  const named = readApps(apps);
  if (named.length > 0 || container === undefined) return named;
  const found = items.find(({ containers }) => containers.some(({ id }) => id === container));
  return found === undefined ? [] : [found.app];
}
