import {
  Button,
  Cell,
  type Column,
  EmptyState,
  Panel,
  PanelHeader,
  Row,
  Table,
  useWideScreen,
} from '@nebula/ui';
import { useNavigate } from '@tanstack/react-router';
import { Globe, SearchX } from 'lucide-react';
import { DataView, LoadMore, PageLink, TypedSearch, usePages, useUrlFilter } from '../../../web/feature.ts';
import type { Zone } from '../contract.ts';
import { copy } from './copy.ts';
import { DnsTabs } from './dns-tabs.tsx';
import { readRecordFilter } from './filter.ts';
import { PublicAddress } from './public-address.tsx';
import { zonesQuery } from './queries.ts';

const words = copy.zones;
const columns: Column[] = [
  { id: 'zone', title: words.columns.zone },
  { id: 'provider', title: words.columns.provider, width: 'w-64' },
];

/** Zones of all providers. */
export function ZonesPage() {
  const [{ search }, change] = useUrlFilter((given) => ({ search: readRecordFilter(given).search }));
  const list = usePages(zonesQuery(search));
  const isWide = useWideScreen();
  const rows = list.rows ?? [];
  return (
    <>
      <DnsTabs />
      <Panel aria-labelledby="dns-zones">
        <PanelHeader id="dns-zones" title={words.title} description={words.text} />
        <search className="flex px-4 pb-4 md:px-6">
          <TypedSearch
            text={search ?? ''}
            label={words.search}
            short={words.searchShort}
            onChange={(text) => change({ search: text })}
          />
        </search>
        <DataView query={list} label={words.loading}>
          {() =>
            rows.length === 0 ? (
              <Nothing isFiltered={search !== undefined} />
            ) : isWide ? (
              <Table label={words.title} columns={columns}>
                {rows.map((row) => (
                  <Row key={`${row.providerId} ${row.zone}`}>
                    <Cell>
                      <ZoneLink row={row} />
                    </Cell>
                    <Cell translate="no" className="truncate text-soft">
                      {row.providerName}
                    </Cell>
                  </Row>
                ))}
              </Table>
            ) : (
              <ul aria-label={words.title}>
                {rows.map((row) => (
                  <li key={`${row.providerId} ${row.zone}`} className="border-t border-hairline px-4 py-2">
                    <ZoneLink row={row} />
                    <p translate="no" className="truncate text-sm text-muted">
                      {row.providerName}
                    </p>
                  </li>
                ))}
              </ul>
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
      <PublicAddress />
    </>
  );
}

function ZoneLink({ row: { providerId, zone } }: { row: Zone }) {
  return (
    <PageLink
      to={`/dns/zones/${providerId}/${encodeURIComponent(zone)}`}
      translate="no"
      title={zone}
      className="flex min-h-11 items-center font-semibold break-all underline-offset-4 hover:text-link hover:underline md:min-h-6"
    >
      {zone}
    </PageLink>
  );
}

function Nothing({ isFiltered }: { isFiltered: boolean }) {
  const navigate = useNavigate();
  const text = isFiltered ? words.noMatch : words.none;
  return (
    <EmptyState
      icon={isFiltered ? SearchX : Globe}
      title={text.title}
      action={
        isFiltered ? undefined : (
          <Button tone="primary" onClick={() => void navigate({ to: '/dns/providers' })}>
            {words.none.action}
          </Button>
        )
      }
    >
      <p>{text.text}</p>
    </EmptyState>
  );
}
