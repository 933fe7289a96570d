import { Panel, PanelHeader, Time } from '@nebula/ui';
import { DataView, LoadMore, PageLink, usePages } from '../../../web/feature.ts';
import { copy } from './copy.ts';
import { eventsQuery } from './queries.ts';

const words = copy.events;

/** What happened to a domain, newest first; also of one that is gone. */
export function EventsView({ id }: { id: string }) {
  const list = usePages(eventsQuery(id));
  const rows = list.rows ?? [];
  return (
    <Panel aria-labelledby="domain-events">
      <PanelHeader id="domain-events" title={words.title} />
      <DataView query={list} label={words.loading}>
        {() =>
          rows.length === 0 ? (
            <p className="px-4 pb-6 text-soft md:px-6">{words.none}</p>
          ) : (
            <ul>
              {rows.map(({ id: eventId, at, kind, summary, actor, runId }) => (
                <li key={eventId} className="flex flex-col gap-1 border-t border-hairline px-4 py-3 md:px-6">
                  <span className="flex flex-wrap items-center gap-x-3">
                    <span className="font-medium">{words.kinds[kind]}</span>
                    <span className="text-sm text-muted" translate="no">
                      {words.by(actor)}
                    </span>
                    {runId !== null && (
                      <PageLink
                        to={`/jobs/${runId}`}
                        className="inline-flex min-h-11 items-center text-sm text-link underline-offset-4 hover:underline md:min-h-6"
                      >
                        {words.run}
                      </PageLink>
                    )}
                    <span className="ml-auto text-sm text-muted">
                      <Time at={at} />
                    </span>
                  </span>
                  <bdi translate="no" className="break-words text-soft">
                    {summary}
                  </bdi>
                </li>
              ))}
            </ul>
          )
        }
      </DataView>
      {list.hasNextPage && (
        <LoadMore
          shown={rows.length}
          hasMore
          isLoading={list.isFetchingNextPage}
          onMore={() => void list.fetchNextPage()}
        />
      )}
    </Panel>
  );
}
