import { Panel, PanelHeader } from '@nebula/ui';
import { DataView, LoadMore, usePages } from '../../../web/feature.ts';
import { KeyLine } from './api-keys-panel.tsx';
import { copy } from './copy.ts';
import { everyKeyQuery } from './queries.ts';

const words = copy.people.keys;

/** The API keys of everybody, for those who manage accounts. */
export function EveryKeyPanel() {
  const list = usePages(everyKeyQuery);
  const rows = list.rows ?? [];
  return (
    <Panel aria-labelledby="every-key">
      <PanelHeader id="every-key" title={words.title} description={words.description} />
      <DataView query={list} label={copy.keys.loading}>
        {() =>
          rows.length === 0 ? (
            <p className="px-4 pb-6 text-soft md:px-6">{words.none}</p>
          ) : (
            <ul aria-label={words.title}>
              {rows.map((key) => (
                <KeyLine key={key.id} apiKey={key} isOwnerShown />
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
