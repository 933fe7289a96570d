import { Button, EmptyState, Panel, PanelHeader, StatusPill, Time, type Tone } from '@nebula/ui';
import {
  CircleArrowUp,
  CircleCheck,
  CircleDashed,
  CircleHelp,
  Hammer,
  type LucideIcon,
  Pin,
  RefreshCw,
} from 'lucide-react';
import { DataView, LoadMore, PageLink, useMay, usePages, useRowKeys } from '../../../web/feature.ts';
import type { ImageCheck, UpdateState } from '../contract.ts';
import { useCheck } from './changes.ts';
import { copy } from './copy.ts';
import { checksQuery } from './queries.ts';

const looks: Record<UpdateState, { tone: Tone; icon: LucideIcon }> = {
  unchecked: { tone: 'neutral', icon: CircleDashed },
  current: { tone: 'up', icon: CircleCheck },
  available: { tone: 'busy', icon: CircleArrowUp },
  pinned: { tone: 'neutral', icon: Pin },
  local: { tone: 'neutral', icon: Hammer },
  failed: { tone: 'degraded', icon: CircleHelp },
};

/** The last check of each image against its registry. */
export function ChecksPanel() {
  const list = usePages(checksQuery);
  const mayCheck = useMay('images:operate');
  const check = useCheck();
  const place = useRowKeys<HTMLUListElement>();
  return (
    <Panel aria-labelledby="image-checks">
      <PanelHeader
        id="image-checks"
        title={copy.tabs.checks}
        description={copy.text}
        actions={
          mayCheck && (
            <Button icon={RefreshCw} tone="primary" isBusy={check.isPending} onClick={() => check.mutate()}>
              {copy.check}
            </Button>
          )
        }
      />
      <DataView query={list} label={copy.loading}>
        {() =>
          (list.rows ?? []).length === 0 ? (
            <EmptyState icon={CircleDashed} title={copy.none.title}>
              <p>{copy.none.text}</p>
            </EmptyState>
          ) : (
            <>
              <ul ref={place}>
                {list.rows?.map((row) => (
                  <Check key={`${row.image} ${row.imageId}`} row={row} />
                ))}
              </ul>
              <LoadMore
                shown={list.rows?.length ?? 0}
                hasMore={list.hasNextPage}
                isLoading={list.isFetchingNextPage}
                onMore={() => void list.fetchNextPage()}
              />
            </>
          )
        }
      </DataView>
    </Panel>
  );
}

function Check({ row }: { row: ImageCheck }) {
  const { tone, icon } = looks[row.state];
  return (
    <li
      data-row
      className="grid gap-x-4 gap-y-1 border-t border-hairline px-4 py-3 md:grid-cols-[minmax(0,1fr)_auto_8rem] md:items-center md:px-6"
    >
      <span className="min-w-0">
        <PageLink
          to={`/containers?search=${encodeURIComponent(row.image.slice(0, 100))}`}
          translate="no"
          className="inline-flex min-h-6 items-center font-medium break-all underline-offset-4 hover:text-link hover:underline"
        >
          <bdi>{row.image}</bdi>
        </PageLink>
        {row.failure !== null && (
          <span className="block text-sm text-soft">
            {copy.failures[row.failure]}{' '}
            <span className="text-muted" translate="no">
              {row.detail}
            </span>
          </span>
        )}
      </span>
      <StatusPill tone={tone} icon={icon}>
        {copy.states[row.state]}
      </StatusPill>
      <span className="text-sm text-muted md:text-right">
        <Time at={row.checkedAt} />
      </span>
    </li>
  );
}
