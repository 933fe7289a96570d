import { classNames, Panel } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { Container } from 'lucide-react';
import { DataView, useUrlFilter } from '../../../web/feature.ts';
import { copy } from './copy.ts';
import { readView, type View } from './filter.ts';
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
      <Tabs view={view} onChange={(tab) => change({ tab, search: undefined, active: undefined })} />
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
  { tab: undefined, title: copy.tabs.now },
  { tab: 'processes', title: copy.tabs.processes },
  { tab: 'units', title: copy.tabs.units },
] as const;

function Tabs({ view, onChange }: { view: View; onChange: (tab: View['tab']) => void }) {
  return (
    <div role="group" aria-label={copy.tabs.label} className="card flex gap-1 self-start p-1">
      {tabs.map(({ tab, title }) => (
        <button
          key={title}
          type="button"
          aria-pressed={view.tab === tab}
          onClick={() => onChange(tab)}
          className={classNames(
            'min-h-11 rounded-md border px-4 font-medium transition-colors md:min-h-9',
            view.tab === tab
              ? 'border-hairline bg-raised text-ink'
              : 'border-transparent text-soft hover:bg-hover hover:text-ink',
          )}
        >
          {title}
        </button>
      ))}
    </div>
  );
}
