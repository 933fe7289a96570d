import { Panel, Segments } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { Container } from 'lucide-react';
import { DataView, useUrlFilter } from '../../../web/feature.ts';
import { copy } from './copy.ts';
import { readView } from './filter.ts';
import { NowTab } from './now-tab.tsx';
import { ProcessesTab } from './processes-tab.tsx';
import { systemQuery } from './queries.ts';
import { UnitsTab } from './units-tab.tsx';

/** What the machine does: figures of right now, its processes, its units. */
export function SystemPage() {
  const [view, change] = useUrlFilter(readView);
  const system = useQuery(systemQuery);
  const kind = system.data?.identity.container ?? null;
  return (
    <>
      {kind !== null && (
        <Panel role="note" className="flex items-start gap-4 border-warning! p-4 md:px-6">
          <Container aria-hidden size={22} className="mt-0.5 shrink-0 text-warning" />
          <p className="min-w-0 text-soft">{copy.container(kind)}</p>
        </Panel>
      )}
      <Segments
        label={copy.tabs.label}
        options={tabs}
        value={view.tab ?? 'now'}
        onChange={(tab) =>
          change({ tab: tab === 'now' ? undefined : tab, search: undefined, active: undefined })
        }
        className="card self-start p-1"
      />
      {view.tab === 'processes' ? (
        <ProcessesTab view={view} onChange={change} />
      ) : view.tab === 'units' ? (
        <UnitsTab view={view} onChange={change} />
      ) : system.data === undefined ? (
        <Panel>
          <DataView query={system} label={copy.loading}>
            {() => null}
          </DataView>
        </Panel>
      ) : (
        <NowTab state={system.data} />
      )}
    </>
  );
}

const tabs = [
  { value: 'now', title: copy.tabs.now },
  { value: 'processes', title: copy.tabs.processes },
  { value: 'units', title: copy.tabs.units },
] as const;
