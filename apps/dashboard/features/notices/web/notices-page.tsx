import { Button, Checkbox, EmptyState, Panel, Select } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { BellOff, CheckCheck, FilterX, SearchX } from 'lucide-react';
import { DataView, LoadMore, usePages, useRowKeys, useUrlFilter } from '../../../web/feature.ts';
import { useMarkAllRead } from './changes.ts';
import { copy } from './copy.ts';
import { levels, readLevel, readNoticeFilter } from './filter.ts';
import { NoticeList } from './notice-list.tsx';
import { noticesQuery, unreadQuery } from './queries.ts';

/** Everything that was told to this person and is kept. */
export function NoticesPage() {
  const [filter, change] = useUrlFilter(readNoticeFilter);
  const list = usePages(noticesQuery(filter));
  const unread = useQuery(unreadQuery);
  const markAll = useMarkAllRead();
  const place = useRowKeys<HTMLElement>();
  const rows = list.rows ?? [];
  const isFiltered = filter.level !== undefined || filter.only !== undefined;
  return (
    <Panel ref={place} aria-label={copy.title}>
      <search className="flex flex-wrap items-center gap-3 p-4 md:px-6">
        <Select
          aria-label={copy.level}
          value={filter.level ?? ''}
          onChange={(event) => change({ level: readLevel(event.target.value) })}
          className="w-40 flex-1 md:flex-none"
        >
          <option value="">{copy.anyLevel}</option>
          {levels.map((level) => (
            <option key={level} value={level}>
              {copy.levels[level]}
            </option>
          ))}
        </Select>
        <Checkbox
          label={copy.onlyUnread}
          checked={filter.only !== undefined}
          onChange={(event) => change({ only: event.target.checked ? 'unread' : undefined })}
        />
        {isFiltered && (
          <Button tone="ghost" icon={FilterX} onClick={() => change({ level: undefined, only: undefined })}>
            {copy.clearFilter}
          </Button>
        )}
        {(unread.data?.count ?? 0) > 0 && (
          <Button
            icon={CheckCheck}
            isBusy={markAll.isPending}
            onClick={() => markAll.mutate()}
            className="md:ml-auto"
          >
            {copy.markAll}
          </Button>
        )}
      </search>
      <DataView query={list} label={copy.loading}>
        {() =>
          rows.length === 0 ? (
            <Nothing isFiltered={isFiltered} />
          ) : (
            <div className="border-t border-hairline">
              <NoticeList notices={rows} />
            </div>
          )
        }
      </DataView>
      {rows.length > 0 && (
        <LoadMore
          shown={rows.length}
          hasMore={list.hasNextPage}
          isLoading={list.isFetchingNextPage}
          onMore={() => void list.fetchNextPage()}
        />
      )}
    </Panel>
  );
}

function Nothing({ isFiltered }: { isFiltered: boolean }) {
  const words = isFiltered ? copy.noMatch : copy.none;
  return (
    <EmptyState icon={isFiltered ? SearchX : BellOff} title={words.title}>
      <p>{words.text}</p>
    </EmptyState>
  );
}
