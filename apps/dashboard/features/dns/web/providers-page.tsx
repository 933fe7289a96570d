import {
  Button,
  EmptyState,
  formatDuration,
  IconButton,
  Panel,
  PanelHeader,
  StatusPill,
  Time,
  useNow,
} from '@nebula/ui';
import { CircleCheck, CircleDashed, CircleX, PlugZap, Pencil, Plus, Server, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { DataView, LoadMore, useMay, usePages } from '../../../web/feature.ts';
import type { Provider } from '../contract.ts';
import { useCheckProvider } from './changes.ts';
import { errorCopy } from './copy.ts';
import { DnsTabs } from './dns-tabs.tsx';
import { LayerList } from './layer-list.tsx';
import { providerCopy as words } from './provider-copy.ts';
import { ProviderDialog } from './provider-dialog.tsx';
import { providersQuery } from './queries.ts';
import { RemoveProviderDialog } from './remove-provider-dialog.tsx';

/** The providers, whether their connections work, and what they make us wait for. */
export function ProvidersPage() {
  const list = usePages(providersQuery);
  const mayKeep = useMay('dns:providers');
  const [edited, setEdited] = useState<Provider | 'new' | null>(null);
  const [doomed, setDoomed] = useState<Provider | null>(null);
  const rows = list.rows ?? [];
  const add = mayKeep && (
    <Button icon={Plus} tone="primary" onClick={() => setEdited('new')}>
      {words.add}
    </Button>
  );
  return (
    <>
      <DnsTabs />
      <Panel aria-labelledby="dns-providers">
        <PanelHeader
          id="dns-providers"
          title={words.title}
          description={words.text}
          actions={rows.length > 0 && add}
        />
        <DataView query={list} label={words.loading} copy={errorCopy}>
          {() =>
            rows.length === 0 ? (
              <EmptyState icon={Server} title={words.none.title} action={add}>
                <p>{words.none.text}</p>
              </EmptyState>
            ) : (
              <ul aria-label={words.title}>
                {rows.map((row) => (
                  <ProviderRow
                    key={row.id}
                    row={row}
                    mayKeep={mayKeep}
                    onEdit={setEdited}
                    onRemove={setDoomed}
                  />
                ))}
              </ul>
            )
          }
        </DataView>
        {list.hasNextPage && (
          <LoadMore
            shown={rows.length}
            hasMore={list.hasNextPage}
            isLoading={list.isFetchingNextPage}
            onMore={() => void list.fetchNextPage()}
          />
        )}
      </Panel>
      {edited !== null && (
        <ProviderDialog before={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />
      )}
      {doomed !== null && <RemoveProviderDialog provider={doomed} onClose={() => setDoomed(null)} />}
    </>
  );
}

function ProviderRow({
  row,
  mayKeep,
  onEdit,
  onRemove,
}: {
  row: Provider;
  mayKeep: boolean;
  onEdit: (row: Provider) => void;
  onRemove: (row: Provider) => void;
}) {
  const mayCheck = useMay('dns:write');
  const check = useCheckProvider(row);
  const { lastCheck } = row;
  return (
    <li className="flex flex-col gap-2 border-t border-hairline px-4 py-3 md:px-6">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-48">
          <p translate="no" className="font-semibold break-all">
            {row.name}
          </p>
          <p className="text-sm text-muted">{words.kinds[row.settings.kind]}</p>
        </div>
        <State row={row} />
        <div className="flex items-center gap-1">
          {mayCheck && (
            <Button
              icon={PlugZap}
              aria-label={words.checkOf(row.name)}
              isBusy={check.isPending}
              onClick={() => check.mutate()}
            >
              {words.check}
            </Button>
          )}
          {mayKeep && <IconButton icon={Pencil} label={words.edit(row.name)} onClick={() => onEdit(row)} />}
          {mayKeep && (
            <IconButton icon={Trash2} label={words.remove(row.name)} onClick={() => onRemove(row)} />
          )}
        </div>
      </div>
      {lastCheck !== null && !lastCheck.isOk && (
        <>
          <p translate="no" className="break-words text-soft">
            {lastCheck.detail}
          </p>
          <LayerList name={row.name} layers={lastCheck.layers} />
        </>
      )}
      {lastCheck?.capabilities.limits.map((limit) => (
        <p key={limit} translate="no" className="text-sm text-muted">
          {limit}
        </p>
      ))}
      <Waits waits={row.waits} />
    </li>
  );
}

function State({ row: { lastCheck } }: { row: Provider }) {
  if (lastCheck === null) {
    return (
      <StatusPill tone="neutral" icon={CircleDashed}>
        {words.untested}
      </StatusPill>
    );
  }
  const { isOk, failed, zones, at } = lastCheck;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <StatusPill tone={isOk ? 'up' : 'down'} icon={isOk ? CircleCheck : CircleX}>
        {failed === null ? words.works : words.failsAt[failed]}
      </StatusPill>
      <span className="text-sm text-muted">
        {words.zones(zones.length)}, {words.tested} <Time at={at} />
      </span>
    </div>
  );
}

/** What has to wait, as a time that runs down. */
function Waits({ waits }: Pick<Provider, 'waits'>) {
  const now = useNow();
  const open = waits.filter(({ until }) => Date.parse(until) > now);
  if (open.length === 0) return null;
  return (
    <ul className="text-sm text-soft">
      {open.map(({ what, until }) => (
        <li key={what}>
          <span translate="no" className="font-medium break-all">
            {what}
          </span>{' '}
          {words.waits(formatDuration(Date.parse(until) - now))}
        </li>
      ))}
    </ul>
  );
}
